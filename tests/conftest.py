"""What holds for every test."""

from hypothesis import settings

# A promise is tested, never the clock: the first call of compiled code, or a busy machine, is no failure.
settings.register_profile("kith", settings(settings.default, deadline=None))
settings.load_profile("kith")
