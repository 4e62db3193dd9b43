.PHONY: setup-sources
setup-sources:
	@tools/setup/test-sources.sh
GUEST_TESTS += setup-sources
