# Linux's demo application: DRM and evdev, on an unmodified Debian.
APP_OBJECTS := $(addprefix $(B)/linux/examples/handset/app/, handset-app.o kms.o keys.o picture.o paint.o text.o)
APP_BINARY  := $(B)/linux/examples/handset/app/handset-app

LINUX_PROGRAMS += $(APP_BINARY)=/usr/bin/handset-app

$(APP_BINARY): $(APP_OBJECTS)
	$(CC_linux) $(LINUX_LDFLAGS) $^ -ldrm -levdev -lm -o $@
