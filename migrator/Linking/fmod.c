// glibc 2.38 added a second version of fmod, and the linker uses the newest version. This file links the first version.
#if defined(__x86_64__)
__asm__(".symver first_fmod, fmod@GLIBC_2.2.5");
#elif defined(__aarch64__)
__asm__(".symver first_fmod, fmod@GLIBC_2.17");
#endif

double first_fmod(double x, double y);
double __wrap_fmod(double x, double y);

double __wrap_fmod(double x, double y) { return first_fmod(x, y); }
