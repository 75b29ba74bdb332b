"""How noisy is this machine when nothing differs? The noise floor: measured, estimated, stored."""
