"""Builds the register tables that lie beside the transforms, from pinned packages. Not part of what is installed."""
