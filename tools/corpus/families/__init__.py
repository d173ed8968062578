"""The task families, a file a theme. Files whose name begins with "held_out_" hold families that are never trained on."""
import importlib
import pkgutil


def load(only=None):
    """Imports every family file (or those named), so that their families register."""
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        if only is None or module in only:
            importlib.import_module(f"{__name__}.{module}")
