# The first of these that is new enough runs the project; `make PYTHON=...` names another.
PYTHONS := $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)
VENV := .venv
BIN := $(VENV)/bin
# What the states of fingers are fitted to.
HANDS := ../shared/data/hands
RUN_LOCK := requirements/run.txt
TEST_LOCK := requirements/test.txt
INSTALL_INPUTS := pyproject.toml tools/install.py tools/evdev-prebuilt/pyproject.toml

.PHONY: help demo test test-newest test-oldest test-busy lint fit lock lock-check outdated clean
.NOTPARALLEL:

help:
	@echo "make demo    install into $(VENV), fetch the models, run on the synthetic hand"
	@echo "make test    install with the test tools, run all tests"
	@echo "make lint    ruff and mypy"
	@echo "make clean   remove $(VENV) and caches"
	@echo
	@echo "make test-newest, make test-oldest   the same tests with the newest of everything,"
	@echo "                                     and with the oldest that pyproject.toml allows"
	@echo "make test-busy    the same beside a busy loop a core, files in random order (RUNS=3)"
	@echo "make fit          fit the states of fingers to HANDS=folder, write weights and model card"
	@echo "make lock         lock the newest of everything in requirements/"
	@echo "make lock-check   name what has no wheel on which machine"
	@echo "make outdated     list what differs between the lock and the newest"

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

# Each in an environment of its own, made from what is resolved today.
test-newest test-oldest: test-%:
	@mkdir -p build
	@$(call python,tools/lock.py $* build/$*.txt)
	@$(MAKE) --no-print-directory test VENV=.venv-$* TEST_LOCK=build/$*.txt

fit: $(VENV)/.installed-test
	@$(BIN)/python -m tools.fit $(HANDS)

lock:
	@$(call python,tools/lock.py)

lock-check:
	@$(call python,tools/lock.py check)

outdated:
	@$(call python,tools/lock.py outdated)

# As on a slow machine that is busy besides, files in random order: RUNS=3, SEED=1, APART=1.
test-busy: $(VENV)/.installed-test
	@$(BIN)/python tools/busy.py --runs $(or $(RUNS),1) $(if $(SEED),--seed $(SEED)) \
		$(if $(APART),--apart)

lint: $(VENV)/.installed-test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

clean:
	rm -rf $(VENV) .venv-newest .venv-oldest .venv-lock build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The test install holds the plain one.
$(VENV)/.installed-test: $(INSTALL_INPUTS) $(TEST_LOCK)
	@$(call python,tools/install.py $(VENV) $(TEST_LOCK))
	@touch $(VENV)/.installed $@

$(VENV)/.installed: $(INSTALL_INPUTS) $(RUN_LOCK)
	@$(call python,tools/install.py $(VENV) $(RUN_LOCK))
	@touch $@

define python
for python in $(PYTHONS); do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		exec $$python $(1); \
	fi; \
done; \
echo "gestured needs Python 3.11 or newer; none of these is: $(PYTHONS)" >&2; exit 1
endef
