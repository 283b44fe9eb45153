# The first of these that is new enough runs the project; `make PYTHON=...` names another.
PYTHONS := $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)
VENV := .venv
BIN := $(VENV)/bin
INSTALL_INPUTS := pyproject.toml tools/install.py tools/evdev-prebuilt/pyproject.toml

.PHONY: help demo test lint clean
.NOTPARALLEL:

help:
	@echo "make demo    install into $(VENV), fetch the models, run on the synthetic hand"
	@echo "make test    install with the test tools, run all tests"
	@echo "make lint    ruff and mypy"
	@echo "make clean   remove $(VENV) and caches"

demo: $(VENV)/.installed
	@$(BIN)/gestured models pull
	@$(BIN)/gestured demo

# Side by side, each file's tests together; then, one by one, those that need
# the machine to themselves. 1 is the exit code of tests that failed.
test: $(VENV)/.installed-test
	@$(BIN)/python -m pytest -m 'not alone' -n logical --maxprocesses 4 --dist loadfile \
		--no-loadscope-reorder tests/golden tests/unit tests/integration; \
	beside=$$?; [ $$beside -le 1 ] || exit $$beside; \
	$(BIN)/python -m pytest -m alone tests/integration && exit $$beside

lint: $(VENV)/.installed-test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

clean:
	rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The test install holds the plain one.
$(VENV)/.installed-test: $(INSTALL_INPUTS)
	@$(call install,.[test])
	@touch $(VENV)/.installed $@

$(VENV)/.installed: $(INSTALL_INPUTS)
	@$(call install,.)
	@touch $@

define install
for python in $(PYTHONS); do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		exec $$python tools/install.py $(VENV) '$(1)'; \
	fi; \
done; \
echo "gestured needs Python 3.11 or newer; none of these is: $(PYTHONS)" >&2; exit 1
endef
