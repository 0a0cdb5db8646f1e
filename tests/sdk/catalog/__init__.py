"""Tables of tool calls, and what Graph says that each must find. One module per service; `every_parameter.py` runs them."""
