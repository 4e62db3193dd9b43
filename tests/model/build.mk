# The protocols and the scheduler as models, checked by spin: docs/models.md.
GUEST_TESTS += model
.PHONY: model
model:
	@tests/model/run.sh $(B)/model tests/model/properties
