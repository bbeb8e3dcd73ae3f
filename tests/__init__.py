"""The tests. What they test is imported before anything else: it says where Arrow's memory comes from."""

import migrate as migrate
