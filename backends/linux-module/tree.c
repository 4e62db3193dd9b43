// SPDX-License-Identifier: GPL-2.0
/* What there is to map, from the device tree. */
#include <linux/mm.h>
#include <linux/of.h>
#include <linux/of_address.h>

#include "backends/linux-module/partyline.h"

static int add(struct device *dev, struct map_table *maps, struct device_node *node, u32 kind, int reg)
{
	struct pl_ioc_map_info *m = &maps->map[maps->count];
	u64 base, bytes;
	const char *label = "";
	int err;

	if (maps->count == MAX_MAPS) {
		dev_err(dev, "%pOF: more than %d things to map\n", node, MAX_MAPS);
		return -ENOSPC;
	}
	err = of_property_read_reg(node, reg, &base, &bytes);
	if (!err)
		err = of_property_read_u32(node, "partyline,index", &m->index);
	if (err) {
		dev_err(dev, "%pOF: no partyline,index or reg entry %d: %d\n", node, reg, err);
		return err;
	}
	if (!PAGE_ALIGNED(base) || !PAGE_ALIGNED(bytes) || !bytes) {
		dev_err(dev, "%pOF: 0x%llx bytes at 0x%llx are not whole pages\n", node, bytes, base);
		return -EINVAL;
	}
	m->kind = kind;
	m->base = base;
	m->bytes = bytes;
	of_property_read_string(node, "label", &label);
	strscpy(m->name, label, sizeof(m->name));
	of_property_read_u64(node, "partyline,guest-base", &m->guest_base);
	of_property_read_u32(
		node, kind == PL_MAP_DEV_HOST ? "partyline,frontend" : "partyline,guest", &m->frontend);
	of_property_read_u32(node, "partyline,bank", &m->bank);
	of_property_read_u32(node, "partyline,device-id", &m->device_id);
	maps->count++;
	return 0;
}

static int add_child(struct device *dev, struct map_table *maps, struct device_node *node)
{
	int err;

	if (of_node_name_eq(node, "device"))
		return add(dev, maps, node, PL_MAP_DEV_HOST, 0);
	if (!of_node_name_eq(node, "bank"))
		return 0;
	err = add(dev, maps, node, PL_MAP_BANK, 0);
	if (!err && of_property_match_string(node, "reg-names", "state") == 1)
		err = add(dev, maps, node, PL_MAP_STATE, 1);
	return err;
}

int tree_read(struct device *dev, struct map_table *maps)
{
	struct device_node *node;

	for_each_child_of_node (dev->of_node, node) {
		int err = add_child(dev, maps, node);

		if (err) {
			of_node_put(node);
			return err;
		}
	}
	return 0;
}

const struct pl_ioc_map_info *tree_find(const struct map_table *maps, u32 kind, u32 index)
{
	for (unsigned int i = 0; i < maps->count; i++)
		if (maps->map[i].kind == kind && maps->map[i].index == index)
			return &maps->map[i];
	return NULL;
}
