"""sin, cos, atan2 and their like for games, the same to the bit on every machine.

Those of `math` differ between a server and a browser in the last digit, and a game that is computed on both drifts
apart from there. Here only + - × ÷, `sqrt`, `floor`, `frexp` and `ldexp` are used, which are rounded alike everywhere.
Methods and constants are those of fdlibm (Sun Microsystems, 1993). Off from the true value by at most 1 unit in the
last place (`tan`, `asin`, `acos`, `pow`: see each), as long as an angle, in radians, is at most 1e6.
"""

from math import floor, frexp, inf, ldexp, sqrt

PI = 3.141592653589793
TAU = 6.283185307179586

_HALF_PI = (1.57079632673412561417, 6.07710050630396597660e-11, 2.02226624871116645580e-21, 8.47842766036889956997e-32)
"""Pi / 2 in pieces of 33 bits, of which small multiples are exact."""
_SIN = (
    -1.66666666666666324348e-01,
    8.33333333332248946124e-03,
    -1.98412698298579493134e-04,
    2.75573137070700676789e-06,
    -2.50507602534068634195e-08,
    1.58969099521155010221e-10,
)
_COS = (
    4.16666666666666019037e-02,
    -1.38888888888741095749e-03,
    2.48015872894767294178e-05,
    -2.75573143513906633035e-07,
    2.08757232129817482790e-09,
    -1.13596475577881948265e-11,
)
_ATAN = (
    3.33333333333329318027e-01,
    -1.99999999998764832476e-01,
    1.42857142725034663711e-01,
    -1.11111104054623557880e-01,
    9.09088713343650656196e-02,
    -7.69187620504482999495e-02,
    6.66107313738753120669e-02,
    -5.83357013379057348645e-02,
    4.97687799461593236017e-02,
    -3.65315727442169155270e-02,
    1.62858201153657823623e-02,
)
_ATAN_AT = (
    (0.4375, 0.5, 4.63647609000806093515e-01, 2.26987774529616870924e-17),
    (0.6875, 1.0, 7.85398163397448278999e-01, 3.06161699786838301793e-17),
    (1.1875, 1.5, 9.82793723247329054082e-01, 1.39033110312309984516e-17),
)
"""Beyond the first number, atan(x) is atan(second), which is third + fourth, and the atan of what is left."""
_RIGHT_ANGLE = (1.57079632679489655800, 6.12323399573676603587e-17)
_LN2 = (6.93147180369123816490e-01, 1.90821492927058770002e-10)
_EXP = (
    1.66666666666666019037e-01,
    -2.77777777770155933842e-03,
    6.61375632143793436117e-05,
    -1.65339022054652515390e-06,
    4.13813679705723846039e-08,
)
_LOG = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)


def sin(angle: float) -> float:
    turns, x, rest = _reduced(angle)
    value = _cos(x, rest) if turns & 1 else _sin(x, rest)
    return -value if turns & 2 else value


def cos(angle: float) -> float:
    turns, x, rest = _reduced(angle)
    value = _sin(x, rest) if turns & 1 else _cos(x, rest)
    return -value if turns in (1, 2) else value


def tan(angle: float) -> float:
    """Within 2 units in the last place."""
    return sin(angle) / cos(angle)


def atan(x: float) -> float:
    size = abs(x)
    value = _atan(size)
    return -value if x < 0 else value


def atan2(y: float, x: float) -> float:
    """The angle of the point from the axis of x, from -pi to pi; 0 for the point 0, 0."""
    if x == 0:
        angle = PI / 2 if y else 0.0
    elif abs(x) == inf and abs(y) == inf:
        angle = PI / 4
    else:
        angle = _atan(abs(y / x))
    if x < 0:
        angle = PI - (angle - 1.2246467991473531772e-16)
    return -angle if y < 0 else angle


def asin(x: float) -> float:
    """Within 2 units in the last place. Raises ValueError beyond -1 to 1."""
    return atan2(x, sqrt((1 - x) * (1 + x)))


def acos(x: float) -> float:
    """Within 2 units in the last place. Raises ValueError beyond -1 to 1."""
    return atan2(sqrt((1 - x) * (1 + x)), x)


def exp(x: float) -> float:
    """Raises OverflowError above 709."""
    if x < -746:
        return 0.0
    twos = floor(x / _LN2[0] + 0.5)
    high, low = x - twos * _LN2[0], twos * _LN2[1]
    rest = high - low
    square = rest * rest
    curve = rest - square * _polynomial(_EXP, square)
    return ldexp(1 - ((low - rest * curve / (2 - curve)) - high), twos)


def log(x: float) -> float:
    """The natural one. Raises ValueError for what is not above 0."""
    if not 0 < x < inf:
        raise ValueError(f"there is no log of {x}")
    part, twos = frexp(x)
    if part < 0.7071067811865476:
        part, twos = part * 2, twos - 1
    f = part - 1
    s = f / (2 + f)
    square = s * s
    curve = square * _polynomial(_LOG, square)
    half = f * f / 2
    return twos * _LN2[0] - ((half - (s * (half + curve) + twos * _LN2[1])) - f)


def pow(base: float, exponent: float) -> float:
    """`base` to a whole `exponent` by multiplying, to any other by `exp` and `log`: then `base` must not be below 0.
    Off by at most 1e-15 of the result for each unit of its natural logarithm."""
    if exponent == floor(exponent) and abs(exponent) <= 1024:
        return _whole_pow(base, int(exponent))
    return 0.0 if base == 0 and exponent > 0 else exp(exponent * log(base))


def _whole_pow(base: float, exponent: int) -> float:
    value, square, left = 1.0, float(base), abs(exponent)
    while left:
        if left & 1:
            value *= square
        left >>= 1
        if left:
            square *= square
    return 1 / value if exponent < 0 else value


def _reduced(angle: float) -> tuple[int, float, float]:
    """Quarter turns modulo 4, and what is left of the angle in two parts, at most pi / 4."""
    quarters = floor(angle / (PI / 2) + 0.5)
    if not quarters:
        return 0, angle, 0.0
    first, second, third, fourth = (quarters * piece for piece in _HALF_PI)
    high = angle - first
    x = high - second
    lost = (high - x) - second
    y = x + (lost - third)
    rest = (x - y) + (lost - third) - fourth
    return quarters & 3, y, rest


def _sin(x: float, rest: float) -> float:
    square = x * x
    curve = _polynomial(_SIN[1:], square)
    cube = square * x
    return x - ((square * (rest / 2 - cube * curve) - rest) - cube * _SIN[0])


def _cos(x: float, rest: float) -> float:
    square = x * x
    curve = square * _polynomial(_COS, square)
    half = square / 2
    one = 1 - half
    return one + (((1 - one) - half) + (square * curve - x * rest))


def _atan(x: float) -> float:
    """Of what is not below 0."""
    if x < 0.4375:
        return x - x * _atan_curve(x)
    if x >= 2.4375:
        left = -1 / x
        return _RIGHT_ANGLE[0] - ((left * _atan_curve(left) - _RIGHT_ANGLE[1]) - left)
    at, high, low = [row[1:] for row in _ATAN_AT if x >= row[0]][-1]
    left = (x - at) / (1 + at * x)
    return high - ((left * _atan_curve(left) - low) - left)


def _atan_curve(x: float) -> float:
    square = x * x
    return square * _polynomial(_ATAN, square)


def _polynomial(factors: tuple[float, ...], x: float) -> float:
    value = 0.0
    for factor in reversed(factors):
        value = value * x + factor
    return value
