# What the documents say of the tree is true, and what false.md says is found out.
GUEST_TESTS += docs-true
.PHONY: docs-true
docs-true:
	@tests/docs/docs.sh README.md $(wildcard docs/*.md) hv/README.md frontends/linux/README.md
	@tests/docs/hypercalls.sh docs/hypervisor.md
	@found=$$(tests/docs/docs.sh tests/docs/false.md | grep -c '^fail '); if [ "$$found" -eq 8 ]; \
		then echo 'pass what is false is found'; else echo "fail found $$found of 8 untruths"; exit 1; fi
