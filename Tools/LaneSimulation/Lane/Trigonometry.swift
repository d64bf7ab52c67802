import Foundation

/// Sine and cosine of single precision, kept in one place: the only functions here that come from the C library.
func sine(_ angle: Float) -> Float { sin(angle) }
func cosine(_ angle: Float) -> Float { cos(angle) }
func arcTangent(_ y: Float, _ x: Float) -> Float { atan2(y, x) }
