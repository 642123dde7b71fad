/* A camera for whoever has none: /dev/video7 as Video4Linux shows it (LD_PRELOAD).

   open and ioctl are answered here, everything else (mmap, select) is the system's own, on a file in
   memory that holds the buffers. FAKE_FILM names raw frames of 1280 x 720 in YUYV, the last of which
   is shown for ever; after FAKE_UNPLUG frames, if given, the device is gone. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

enum { WIDTH = 1280, HEIGHT = 720, FRAME_BYTES = WIDTH * HEIGHT * 2, BUFFERS = 8 };

static int device = -1, film = -1, frames, shown, unplugged_after;
static int queue[BUFFERS], first, last;

static int connect_camera(void)
{
    const char *limit = getenv("FAKE_UNPLUG");
    film = fileno(fopen(getenv("FAKE_FILM"), "rb"));
    frames = (int)(lseek(film, 0, SEEK_END) / FRAME_BYTES);
    unplugged_after = limit ? atoi(limit) : 1 << 30;
    first = last = shown = 0;
    device = memfd_create("camera", 0);
    return ftruncate(device, (off_t)FRAME_BYTES * BUFFERS) ? -1 : device;
}

#define OPENS(name)                                                       \
    int name(const char *path, int flags, ...)                            \
    {                                                                     \
        va_list rest;                                                     \
        va_start(rest, flags);                                            \
        int mode = va_arg(rest, int);                                     \
        va_end(rest);                                                     \
        if (!strcmp(path, "/dev/video7"))                                 \
            return connect_camera();                                      \
        int (*system_own)(const char *, int, ...) = dlsym(RTLD_NEXT, #name); \
        return system_own(path, flags, mode);                             \
    }
OPENS(open)
OPENS(open64)

static int refuse(int reason)
{
    errno = reason;
    return -1;
}

static int show_frame(struct v4l2_buffer *buffer)
{
    static unsigned char pixels[FRAME_BYTES];
    if (shown >= unplugged_after)
        return refuse(ENODEV);
    if (first == last)
        return refuse(EAGAIN);
    int number = shown < frames ? shown : frames - 1;
    buffer->index = (unsigned)queue[first++ % BUFFERS];
    if (pread(film, pixels, FRAME_BYTES, (off_t)number * FRAME_BYTES) != FRAME_BYTES
        || pwrite(device, pixels, FRAME_BYTES, (off_t)buffer->index * FRAME_BYTES) < 0)
        return refuse(EIO);
    shown++;
    buffer->bytesused = buffer->length = FRAME_BYTES;
    buffer->flags = V4L2_BUF_FLAG_DONE;
    return gettimeofday(&buffer->timestamp, NULL);
}

static int answer(unsigned request, void *given)
{
    switch (request) {
    case VIDIOC_QUERYCAP: {
        struct v4l2_capability *can = given;
        memset(can, 0, sizeof *can);
        can->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        can->capabilities = can->device_caps | V4L2_CAP_DEVICE_CAPS;
        return 0;
    }
    case VIDIOC_ENUMINPUT: {
        struct v4l2_input *input = given;
        input->type = V4L2_INPUT_TYPE_CAMERA;
        return input->index ? refuse(EINVAL) : 0;
    }
    case VIDIOC_ENUM_FMT: {
        struct v4l2_fmtdesc *format = given;
        format->pixelformat = V4L2_PIX_FMT_YUYV;
        return format->index ? refuse(EINVAL) : 0;
    }
    case VIDIOC_G_FMT:
    case VIDIOC_S_FMT: /* whatever is asked for, this is what the camera has */
    case VIDIOC_TRY_FMT: {
        struct v4l2_pix_format *pixels = &((struct v4l2_format *)given)->fmt.pix;
        pixels->width = WIDTH;
        pixels->height = HEIGHT;
        pixels->pixelformat = V4L2_PIX_FMT_YUYV;
        pixels->bytesperline = WIDTH * 2;
        pixels->sizeimage = FRAME_BYTES;
        pixels->field = V4L2_FIELD_NONE;
        return 0;
    }
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM: {
        struct v4l2_captureparm *parameters = &((struct v4l2_streamparm *)given)->parm.capture;
        parameters->capability = V4L2_CAP_TIMEPERFRAME;
        parameters->timeperframe = (struct v4l2_fract){1, 30};
        return 0;
    }
    case VIDIOC_REQBUFS: {
        struct v4l2_requestbuffers *wanted = given;
        if (wanted->count > BUFFERS)
            wanted->count = BUFFERS;
        first = last = 0;
        return 0;
    }
    case VIDIOC_QUERYBUF: {
        struct v4l2_buffer *buffer = given;
        buffer->length = FRAME_BYTES;
        buffer->m.offset = buffer->index * FRAME_BYTES;
        return 0;
    }
    case VIDIOC_QBUF:
        queue[last++ % BUFFERS] = (int)((struct v4l2_buffer *)given)->index;
        return 0;
    case VIDIOC_DQBUF:
        return show_frame(given);
    case VIDIOC_G_INPUT:
        *(int *)given = 0;
        return 0;
    case VIDIOC_S_INPUT:
    case VIDIOC_STREAMON:
    case VIDIOC_STREAMOFF:
        return 0;
    default:
        return refuse(EINVAL);
    }
}

int ioctl(int descriptor, unsigned long request, ...)
{
    va_list rest;
    va_start(rest, request);
    void *given = va_arg(rest, void *);
    va_end(rest);
    if (device >= 0 && descriptor == device)
        return answer((unsigned)request, given);
    int (*system_own)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
    return system_own(descriptor, request, given);
}
