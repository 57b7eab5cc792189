from synthetic.models.generation import Draw, DrawState, Generation

__all__ = ["Draw", "DrawState", "Generation"]
