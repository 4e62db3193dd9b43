/* What is in an image's file: plain bytes, an ELF program, and either of them compressed by gzip. */
#ifndef PLCONF_IMAGE_H
#define PLCONF_IMAGE_H

#include "plconf.h"

/*
 * Unpacks f's file if it is compressed, and lays an ELF program out as it stands in memory: data and bytes are then
 * f's own, and f->elf says where they go. Other files stay as they are. -EINVAL: reported.
 */
int image_unpack(struct machine *m, const struct place *at, const char *property, struct file *f);

#endif
