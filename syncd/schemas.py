"""JSON Schemas of what people write, by which editors complete and check it; made from the models that it is read by.

What a schema cannot say (that an id stands once, that a target lies above its baseline) the loader and the rules do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from syncd.config import Config
from syncd.plan.fitting import File

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
MODELS: Final[Mapping[str, type[BaseModel]]] = {"config": Config, "plan": File}
"""What there are schemas of, by name."""
_UNITS: Final = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))


class _Written(GenerateJsonSchema):
    """Defaults as people write them."""

    def encode_default(self, dft: Any) -> Any:
        """A default as it would stand in the file."""
        if isinstance(dft, timedelta):
            seconds = int(dft.total_seconds())
            return next(f"{seconds // size}{unit}" for unit, size in _UNITS if seconds % size == 0)
        if isinstance(dft, Decimal):
            return float(dft)
        if isinstance(dft, BaseModel):
            return {name: self.encode_default(value) for name, value in dft}
        return super().encode_default(dft)


def schema(name: str) -> dict[str, Any]:
    """The schema of the configuration ("config") or of a plan ("plan")."""
    made = MODELS[name].model_json_schema(schema_generator=_Written)
    made["title"] = f"syncd: {name}"
    if name == "plan":
        # The model holds the goals; in a file they stand beside [plan], and the loader refuses them within it.
        del made["$defs"]["Plan"]["properties"]["goals"]
    return {"$schema": DIALECT, **made}
