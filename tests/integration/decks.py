"""Three slides, each of one colour all over, as a file of Impress and as a page of a browser."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# As 0xRRGGBB.
SLIDES: Final[Mapping[str, int]] = MappingProxyType(
    {"red": 0xC81E1E, "green": 0x1E963C, "blue": 0x1E3CC8}
)

# 28 by 21 cm: the shape of the screen.
_IMPRESS: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<office:document
    xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
    xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
    xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
    office:version="1.3"
    office:mimetype="application/vnd.oasis.opendocument.presentation">
  <office:styles/>
  <office:automatic-styles>
    <style:page-layout style:name="layout">
      <style:page-layout-properties fo:page-width="28cm" fo:page-height="21cm"/>
    </style:page-layout>
    {styles}
  </office:automatic-styles>
  <office:master-styles>
    <style:master-page style:name="master" style:page-layout-name="layout" draw:style-name="red"/>
  </office:master-styles>
  <office:body><office:presentation>{pages}</office:presentation></office:body>
</office:document>
"""
_IMPRESS_STYLE: Final = """
    <style:style style:name="{name}" style:family="drawing-page">
      <style:drawing-page-properties draw:fill="solid" draw:fill-color="#{colour:06x}"/>
    </style:style>
"""
_IMPRESS_PAGE: Final = """
    <draw:page draw:name="{name}" draw:style-name="{name}" draw:master-page-name="master"/>
"""

# The keys are those of reveal.js.
_PAGE: Final = """\
<!doctype html>
<title>Slides</title>
<style>
  section {{ position: fixed; inset: 0; visibility: hidden }}
  section.shown {{ visibility: visible }}
</style>
{sections}
<section id="black" style="background: black"></section>
<script>
  const slides = document.querySelectorAll("section:not(#black)");
  const black = document.getElementById("black");
  let index = 0;
  const show = () => slides.forEach((slide, i) => slide.classList.toggle("shown", i === index));
  document.addEventListener("keydown", ({{ key }}) => {{
    if (key === "ArrowRight") index = Math.min(index + 1, slides.length - 1);
    if (key === "ArrowLeft") index = Math.max(index - 1, 0);
    if (key === "b") black.classList.toggle("shown");
    show();
  }});
  show();
</script>
"""
_SECTION: Final = '<section style="background: #{colour:06x}"></section>\n'


def impress_deck() -> str:
    """The slides as flat OpenDocument (`.fodp`)."""
    return _IMPRESS.format(styles=_each(_IMPRESS_STYLE), pages=_each(_IMPRESS_PAGE))


def html_deck() -> str:
    """The slides as a page that Right, Left and b lead through."""
    return _PAGE.format(sections=_each(_SECTION))


def _each(template: str) -> str:
    return "".join(template.format(name=name, colour=colour) for name, colour in SLIDES.items())
