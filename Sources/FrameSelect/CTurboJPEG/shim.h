#pragma once
// libturbojpeg: planes out of a JPEG, grey pictures at 1/8. Everything needed is imported as it is.
#include <stdio.h>
#include <turbojpeg.h>
