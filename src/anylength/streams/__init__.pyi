from .feeding import Feeding, Profile, Spectrum, profile_of, profiles, read_profile
from .net import StreamNet
from .sounds import Sound

__all__ = ["Feeding", "Profile", "Sound", "Spectrum", "StreamNet", "profile_of", "profiles", "read_profile"]
