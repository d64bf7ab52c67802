import Foundation

/// Functions of single precision, kept in one place: the only functions here that come from the C library.
func sine(_ angle: Float) -> Float { sin(angle) }
func cosine(_ angle: Float) -> Float { cos(angle) }
func exponential(_ power: Float) -> Float { exp(power) }
func arcTangent(_ y: Float, _ x: Float) -> Float { atan2(y, x) }
