/// All steps, in the order of a frame's life.
enum Steps {
  static let all: [Step] = [
    greyFromJPEG, greyFromYUYV, lookAtEmpty, lookAtVehicle, idleTwenty, idleSix, plates, decode,
  ]
}
