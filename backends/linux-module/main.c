// SPDX-License-Identifier: GPL-2.0
/* The device file: mappings, hypercalls for its one opener, and what happens when that one is gone. */
#include <linux/arm-smccc.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/uaccess.h>

#include "backends/linux-module/partyline.h"

static struct partyline *of_file(struct file *file)
{
	return container_of(file->private_data, struct partyline, misc);
}

static s64 hvc(u64 function, u64 x1)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_hvc(function, x1, 0, 0, 0, 0, &res);
	return (s64)res.a0;
}

static int partyline_open(struct inode *inode, struct file *file)
{
	if (test_and_set_bit(0, &of_file(file)->open))
		return -EBUSY;
	return stream_open(inode, file);
}

/*
 * Comes last, after the opener's mappings are gone, however it died. From here on the hypervisor
 * answers the frontends' waiting writes by itself.
 */
static int partyline_release(struct inode *inode, struct file *file)
{
	struct partyline *p = of_file(file);

	for (unsigned int i = 0; i < p->maps.count; i++)
		if (p->maps.map[i].kind == PL_MAP_DEV_HOST)
			hvc(PL_HVC_DEV_DOWN, p->maps.map[i].index);
	clear_bit_unlock(0, &p->open);
	return 0;
}

static ssize_t partyline_read(struct file *file, char __user *buffer, size_t bytes, loff_t *at)
{
	return wakeup_read(&of_file(file)->wakeup, file, buffer, bytes);
}

static __poll_t partyline_poll(struct file *file, poll_table *wait)
{
	return wakeup_poll(&of_file(file)->wakeup, file, wait);
}

/*
 * The offset is PL_MAP(kind, index), plus an offset inside. A private mapping is never writable: its
 * pages would be copies. What is mapped is no RAM of this kernel, but memory all the same: cacheable.
 */
static int partyline_mmap(struct file *file, struct vm_area_struct *vma)
{
	u64 offset = (u64)vma->vm_pgoff << PAGE_SHIFT;
	u64 inside = lower_32_bits(offset);
	u64 bytes = vma->vm_end - vma->vm_start;
	const struct pl_ioc_map_info *m =
		tree_find(&of_file(file)->maps, offset >> 40, (offset >> 32) & 0xff);

	if (!m)
		return -ENOENT;
	if (inside > m->bytes || bytes > m->bytes - inside)
		return -EINVAL;
	if (m->kind == PL_MAP_DEV_HOST || !(vma->vm_flags & VM_SHARED)) {
		if (vma->vm_flags & VM_WRITE)
			return -EACCES;
		vm_flags_clear(vma, VM_MAYWRITE);
	}
	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP);
	vm_flags_clear(vma, VM_MAYEXEC);
	return remap_pfn_range(vma, vma->vm_start, PHYS_PFN(m->base + inside), bytes, vma->vm_page_prot);
}

/* The hypervisor checks each call against the partition; here only what concerns a device host passes. */
static bool may_call(u64 function)
{
	switch (function) {
	case PL_HVC_NULL:
	case PL_HVC_VERSION:
	case PL_HVC_DOORBELL:
	case PL_HVC_TRACE_MARK:
	case PL_HVC_PARTITION_INFO:
	case PL_HVC_PARTITION_CONTROL:
	case PL_HVC_FAULT_READ:
	case PL_HVC_DEV_OFFER ... PL_HVC_DEV_NEEDS_RESET: return true;
	default: return false;
	}
}

static long ioctl_hvc(void __user *argument)
{
	struct arm_smccc_res res;
	struct pl_ioc_hvc c;

	if (copy_from_user(&c, argument, sizeof(c)))
		return -EFAULT;
	if (!may_call(c.function))
		return -EPERM;
	arm_smccc_1_1_hvc(c.function, c.arg[0], c.arg[1], c.arg[2], c.arg[3], c.arg[4], &res);
	c.ret = (s64)res.a0;
	c.arg[0] = res.a1;
	c.arg[1] = res.a2;
	c.arg[2] = res.a3;
	return copy_to_user(argument, &c, sizeof(c)) ? -EFAULT : 0;
}

static long ioctl_map_info(struct partyline *p, void __user *argument)
{
	const struct pl_ioc_map_info *found;
	struct pl_ioc_map_info asked;

	if (copy_from_user(&asked, argument, sizeof(asked)))
		return -EFAULT;
	found = tree_find(&p->maps, asked.kind, asked.index);
	if (!found)
		return -ENOENT;
	return copy_to_user(argument, found, sizeof(*found)) ? -EFAULT : 0;
}

static long partyline_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	switch (command) {
	case PL_IOC_HVC: return ioctl_hvc((void __user *)argument);
	case PL_IOC_MAP_INFO: return ioctl_map_info(of_file(file), (void __user *)argument);
	default: return -ENOTTY;
	}
}

static const struct file_operations partyline_fops = {
	.owner = THIS_MODULE,
	.open = partyline_open,
	.release = partyline_release,
	.read = partyline_read,
	.poll = partyline_poll,
	.mmap = partyline_mmap,
	.unlocked_ioctl = partyline_ioctl,
};

static int partyline_probe(struct platform_device *pdev)
{
	struct partyline *p = devm_kzalloc(&pdev->dev, sizeof(*p), GFP_KERNEL);
	s64 version;
	int err;

	if (!p)
		return -ENOMEM;
	version = hvc(PL_HVC_VERSION, 0);
	if (version != PL_ABI_VERSION) {
		dev_err(&pdev->dev, "hypervisor's ABI is %lld, need %d\n", version, PL_ABI_VERSION);
		return -EPROTO;
	}
	p->dev = &pdev->dev;
	err = tree_read(p->dev, &p->maps);
	if (!err)
		err = wakeup_init(&p->wakeup, pdev);
	if (err)
		return err;
	p->misc = (struct miscdevice){
		.minor = MISC_DYNAMIC_MINOR,
		.name = "partyline",
		.fops = &partyline_fops,
		.parent = p->dev,
		.mode = 0600,
	};
	platform_set_drvdata(pdev, p);
	return misc_register(&p->misc);
}

static void partyline_remove(struct platform_device *pdev)
{
	struct partyline *p = platform_get_drvdata(pdev);

	misc_deregister(&p->misc);
}

static const struct of_device_id partyline_match[] = {{.compatible = "partyline,host"}, {}};
MODULE_DEVICE_TABLE(of, partyline_match);

static struct platform_driver partyline_driver = {
	.probe = partyline_probe,
	.remove = partyline_remove,
	.driver =
		{
			.name = "partyline",
			.of_match_table = partyline_match,
			.suppress_bind_attrs =
				true, /* only the module's removal may take it away, and an opener prevents that */
		},
};
module_platform_driver(partyline_driver);

MODULE_DESCRIPTION("Banks and events of Partyline for a device host");
MODULE_LICENSE("GPL");
