/* The formulas of the table, printed from it by autograd/compiled/rows.py; never edited.

   Each function computes what a row records: the result, and the derivative by each operand
   that is a node. It returns 0 where Python may raise an error: its function is called then. */

/* add: z = x + y;  ∂z/∂x = 1.0;  ∂z/∂y = 1.0 */
static int
add_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double z = x + y;
    const double dx = 1.0;
    const double dy = 1.0;
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
add_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double z = x + y;
    const double dx = 1.0;
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
add_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double z = x + y;
    const double dy = 1.0;
    *z_ = z, *dy_ = dy;
    return fine;
}

/* sub: z = x - y;  ∂z/∂x = 1.0;  ∂z/∂y = -1.0 */
static int
sub_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double z = x - y;
    const double dx = 1.0;
    const double dy = -1.0;
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
sub_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double z = x - y;
    const double dx = 1.0;
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
sub_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double z = x - y;
    const double dy = -1.0;
    *z_ = z, *dy_ = dy;
    return fine;
}

/* mul: z = x * y;  ∂z/∂x = y;  ∂z/∂y = x */
static int
mul_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double z = x * y;
    const double dx = y;
    const double dy = x;
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
mul_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double z = x * y;
    const double dx = y;
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
mul_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double z = x * y;
    const double dy = x;
    *z_ = z, *dy_ = dy;
    return fine;
}

/* div: z = x / y;  ∂z/∂x = 1.0 / y;  ∂z/∂y = -z / y */
static int
div_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double z = OK(x / y);
    const double dx = OK(1.0 / y);
    const double dy = OK(-z / y);
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
div_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(x / y);
    const double dx = OK(1.0 / y);
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
div_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double z = OK(x / y);
    const double dy = OK(-z / y);
    *z_ = z, *dy_ = dy;
    return fine;
}

/* neg: z = -x;  ∂z/∂x = -1.0 */
static int
neg_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = -x;
    const double dx = -1.0;
    *z_ = z, *dx_ = dx;
    return fine;
}

/* square: z = x * x;  ∂z/∂x = 2.0 * x */
static int
square_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = (x * x);
    const double dx = 2.0 * x;
    *z_ = z, *dx_ = dx;
    return fine;
}

/* greater: z = 1.0 if x > y else 0.0;  ∂z/∂x = None;  ∂z/∂y = None */
static int
greater_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double z = (x > y ? 1.0 : 0.0);
    const double dx = 0.0;
    const double dy = 0.0;
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
greater_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double z = (x > y ? 1.0 : 0.0);
    const double dx = 0.0;
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
greater_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double z = (x > y ? 1.0 : 0.0);
    const double dy = 0.0;
    *z_ = z, *dy_ = dy;
    return fine;
}

/* greater_equal: z = 1.0 if x >= y else 0.0;  ∂z/∂x = None;  ∂z/∂y = None */
static int
greater_equal_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double z = (x >= y ? 1.0 : 0.0);
    const double dx = 0.0;
    const double dy = 0.0;
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
greater_equal_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double z = (x >= y ? 1.0 : 0.0);
    const double dx = 0.0;
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
greater_equal_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double z = (x >= y ? 1.0 : 0.0);
    const double dy = 0.0;
    *z_ = z, *dy_ = dy;
    return fine;
}

/* less: z = 1.0 if x < y else 0.0;  ∂z/∂x = None;  ∂z/∂y = None */
static int
less_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double z = (x < y ? 1.0 : 0.0);
    const double dx = 0.0;
    const double dy = 0.0;
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
less_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double z = (x < y ? 1.0 : 0.0);
    const double dx = 0.0;
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
less_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double z = (x < y ? 1.0 : 0.0);
    const double dy = 0.0;
    *z_ = z, *dy_ = dy;
    return fine;
}

/* less_equal: z = 1.0 if x <= y else 0.0;  ∂z/∂x = None;  ∂z/∂y = None */
static int
less_equal_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double z = (x <= y ? 1.0 : 0.0);
    const double dx = 0.0;
    const double dy = 0.0;
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
less_equal_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double z = (x <= y ? 1.0 : 0.0);
    const double dx = 0.0;
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
less_equal_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double z = (x <= y ? 1.0 : 0.0);
    const double dy = 0.0;
    *z_ = z, *dy_ = dy;
    return fine;
}

/* equal: z = 1.0 if x == y else 0.0;  ∂z/∂x = None;  ∂z/∂y = None */
static int
equal_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double z = (x == y ? 1.0 : 0.0);
    const double dx = 0.0;
    const double dy = 0.0;
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
equal_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double z = (x == y ? 1.0 : 0.0);
    const double dx = 0.0;
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
equal_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double z = (x == y ? 1.0 : 0.0);
    const double dy = 0.0;
    *z_ = z, *dy_ = dy;
    return fine;
}

/* not_equal: z = 1.0 if x != y else 0.0;  ∂z/∂x = None;  ∂z/∂y = None */
static int
not_equal_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double z = (x != y ? 1.0 : 0.0);
    const double dx = 0.0;
    const double dy = 0.0;
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
not_equal_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double z = (x != y ? 1.0 : 0.0);
    const double dx = 0.0;
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
not_equal_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double z = (x != y ? 1.0 : 0.0);
    const double dy = 0.0;
    *z_ = z, *dy_ = dy;
    return fine;
}

/* sign: z = float(sign(x));  ∂z/∂x = 0.0 */
static int
sign_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(sign_of(x));
    const double dx = 0.0;
    *z_ = z, *dx_ = dx;
    return fine;
}

/* share: z = float(share(x, y));  ∂z/∂x = None;  ∂z/∂y = None */
static int
share_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double z = OK(share_of(x, y));
    const double dx = 0.0;
    const double dy = 0.0;
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
share_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(share_of(x, y));
    const double dx = 0.0;
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
share_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double z = OK(share_of(x, y));
    const double dy = 0.0;
    *z_ = z, *dy_ = dy;
    return fine;
}

/* nonzero: z = float(nonzero(x));  ∂z/∂x = 1.0 */
static int
nonzero_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = (x != 0 ? x : 1.0);
    const double dx = 1.0;
    *z_ = z, *dx_ = dx;
    return fine;
}

/* base: z = x if x or y else 1.0;  ∂z/∂x = 1.0;  ∂z/∂y = None */
static int
base_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double z = (x != 0 || y != 0 ? x : 1.0);
    const double dx = 1.0;
    const double dy = 0.0;
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
base_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double z = (x != 0 || y != 0 ? x : 1.0);
    const double dx = 1.0;
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
base_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double z = (x != 0 || y != 0 ? x : 1.0);
    const double dy = 0.0;
    *z_ = z, *dy_ = dy;
    return fine;
}

/* exp: z = exp(x);  ∂z/∂x = z */
static int
exp_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(exp(x));
    const double dx = z;
    *z_ = z, *dx_ = dx;
    return fine;
}

/* expm1: z = expm1(x);  ∂z/∂x = z + 1.0 */
static int
expm1_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(expm1(x));
    const double dx = z + 1.0;
    *z_ = z, *dx_ = dx;
    return fine;
}

/* log: z = log(x);  ∂z/∂x = 1.0 / x */
static int
log_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(log(x));
    const double dx = OK(1.0 / x);
    *z_ = z, *dx_ = dx;
    return fine;
}

/* log1p: z = log1p(x);  ∂z/∂x = 1.0 / (1.0 + x) */
static int
log1p_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(log1p(x));
    const double dx = OK(1.0 / (1.0 + x));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* sqrt: z = sqrt(x);  ∂z/∂x = 1.0 / (2.0 * z) */
static int
sqrt_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(sqrt(x));
    const double dx = OK(1.0 / (2.0 * z));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* sin: z = sin(x);  ∂z/∂x = cos(x) */
static int
sin_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(sin(x));
    const double dx = OK(cos(x));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* cos: z = cos(x);  ∂z/∂x = -sin(x) */
static int
cos_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(cos(x));
    const double dx = -OK(sin(x));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* tanh: z = tanh(x);  ∂z/∂x = 1.0 - z * z */
static int
tanh_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(tanh(x));
    const double dx = 1.0 - (z * z);
    *z_ = z, *dx_ = dx;
    return fine;
}

/* pow: z = pow(x, y);  ∂z/∂x = y * pow((x if x or y else 1.0), (y - 1.0));  ∂z/∂y = z * log(nonzero(x)) */
static int
pow_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double z = OK(pow(x, y));
    const double dx = y * OK(pow((x != 0 || y != 0 ? x : 1.0), y - 1.0));
    const double dy = z * OK(log((x != 0 ? x : 1.0)));
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
pow_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(pow(x, y));
    const double dx = y * OK(pow((x != 0 || y != 0 ? x : 1.0), y - 1.0));
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
pow_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double z = OK(pow(x, y));
    const double dy = z * OK(log((x != 0 ? x : 1.0)));
    *z_ = z, *dy_ = dy;
    return fine;
}

/* tan: z = tan(x);  ∂z/∂x = 1.0 + z * z */
static int
tan_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(tan(x));
    const double dx = 1.0 + z * z;
    *z_ = z, *dx_ = dx;
    return fine;
}

/* sinh: z = sinh(x);  ∂z/∂x = cosh(x) */
static int
sinh_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(sinh(x));
    const double dx = OK(cosh(x));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* cosh: z = cosh(x);  ∂z/∂x = sinh(x) */
static int
cosh_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(cosh(x));
    const double dx = OK(sinh(x));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* arcsin: z = arcsin(x);  ∂z/∂x = 1.0 / sqrt((1.0 - x) * (1.0 + x)) */
static int
arcsin_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(asin(x));
    const double dx = OK(1.0 / OK(sqrt((1.0 - x) * (1.0 + x))));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* arccos: z = arccos(x);  ∂z/∂x = -1.0 / sqrt((1.0 - x) * (1.0 + x)) */
static int
arccos_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(acos(x));
    const double dx = OK(-1.0 / OK(sqrt((1.0 - x) * (1.0 + x))));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* arctan: z = arctan(x);  ∂z/∂x = 1.0 / (1.0 + x * x) */
static int
arctan_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(atan(x));
    const double dx = OK(1.0 / (1.0 + x * x));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* arcsinh: z = arcsinh(x);  ∂z/∂x = 1.0 / sqrt(1.0 + x * x) */
static int
arcsinh_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(asinh(x));
    const double dx = OK(1.0 / OK(sqrt(1.0 + x * x)));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* arccosh: z = arccosh(x);  ∂z/∂x = 1.0 / (sqrt(x - 1.0) * sqrt(x + 1.0)) */
static int
arccosh_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(acosh(x));
    const double dx = OK(1.0 / (OK(sqrt(x - 1.0)) * OK(sqrt(x + 1.0))));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* arctanh: z = arctanh(x);  ∂z/∂x = 1.0 / ((1.0 - x) * (1.0 + x)) */
static int
arctanh_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(atanh(x));
    const double dx = OK(1.0 / ((1.0 - x) * (1.0 + x)));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* exp2: z = exp2(x);  ∂z/∂x = z * 0.6931471805599453 */
static int
exp2_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(exp2(x));
    const double dx = z * 0.6931471805599453;
    *z_ = z, *dx_ = dx;
    return fine;
}

/* log2: z = log2(x);  ∂z/∂x = 1.4426950408889634 / x */
static int
log2_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(log2(x));
    const double dx = OK(1.4426950408889634 / x);
    *z_ = z, *dx_ = dx;
    return fine;
}

/* log10: z = log10(x);  ∂z/∂x = 0.4342944819032518 / x */
static int
log10_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(log10(x));
    const double dx = OK(0.4342944819032518 / x);
    *z_ = z, *dx_ = dx;
    return fine;
}

/* cbrt: z = cbrt(x);  ∂z/∂x = 1.0 / (3.0 * z * z) */
static int
cbrt_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(cbrt(x));
    const double dx = OK(1.0 / (3.0 * z * z));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* arctan2: z = arctan2(x, y);  ∂z/∂x = y / (x * x + y * y);  ∂z/∂y = -x / (x * x + y * y) */
static int
arctan2_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double z = OK(atan2(x, y));
    const double dx = OK(y / (x * x + y * y));
    const double dy = OK(-x / (x * x + y * y));
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
arctan2_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(atan2(x, y));
    const double dx = OK(y / (x * x + y * y));
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
arctan2_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double z = OK(atan2(x, y));
    const double dy = OK(-x / (x * x + y * y));
    *z_ = z, *dy_ = dy;
    return fine;
}

/* identity: z = x;  ∂z/∂x = 1.0 */
static int
identity_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = x;
    const double dx = 1.0;
    *z_ = z, *dx_ = dx;
    return fine;
}

/* detach: z = x;  ∂z/∂x = None */
static int
detach_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = x;
    const double dx = 0.0;
    *z_ = z, *dx_ = dx;
    return fine;
}

/* abs: z = abs(x);  ∂z/∂x = sign(x) */
static int
abs_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(fabs(x));
    const double dx = OK(sign_of(x));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* relu: z = 0.0 if x <= 0 else x;  ∂z/∂x = 1.0 if z > 0.0 else 0.0 */
static int
relu_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = (x <= 0 ? 0.0 : x);
    const double dx = (z > 0.0 ? 1.0 : 0.0);
    *z_ = z, *dx_ = dx;
    return fine;
}

/* maximum: z = float(maximum(x, y));  ∂z/∂x = share(x, y);  ∂z/∂y = share(y, x) */
static int
maximum_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double z = (x >= y || x != x ? x : y);
    const double dx = OK(share_of(x, y));
    const double dy = OK(share_of(y, x));
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
maximum_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double z = (x >= y || x != x ? x : y);
    const double dx = OK(share_of(x, y));
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
maximum_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double z = (x >= y || x != x ? x : y);
    const double dy = OK(share_of(y, x));
    *z_ = z, *dy_ = dy;
    return fine;
}

/* minimum: z = float(minimum(x, y));  ∂z/∂x = share(y, x);  ∂z/∂y = share(x, y) */
static int
minimum_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double z = (x <= y || x != x ? x : y);
    const double dx = OK(share_of(y, x));
    const double dy = OK(share_of(x, y));
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
minimum_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double z = (x <= y || x != x ? x : y);
    const double dx = OK(share_of(y, x));
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
minimum_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double z = (x <= y || x != x ? x : y);
    const double dy = OK(share_of(x, y));
    *z_ = z, *dy_ = dy;
    return fine;
}

/* expit: z = 1.0 / (1.0 + exp(-x)) if x > -37.0 else exp(x);  t2 = -x;  ∂z/∂x = z * (1.0 / (1.0 + exp(-t2)) if t2 > -37.0 else exp(t2)) */
static int
expit_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = (x > -37.0 ? 1.0 / (1.0 + exp(-x)) : exp(x));
    const double t2 = -x;
    const double dx = z * (t2 > -37.0 ? 1.0 / (1.0 + exp(-t2)) : exp(t2));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* logaddexp: z = float(logaddexp(x, y));  t2 = x - y;  ∂z/∂x = 1.0 / (1.0 + exp(-t2)) if t2 > -37.0 else exp(t2);  t4 = y - x;  ∂z/∂y = 1.0 / (1.0 + exp(-t4)) if t4 > -37.0 else exp(t4) */
static int
logaddexp_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double z = OK(logaddexp_of(x, y));
    const double t2 = x - y;
    const double dx = (t2 > -37.0 ? 1.0 / (1.0 + exp(-t2)) : exp(t2));
    const double t4 = y - x;
    const double dy = (t4 > -37.0 ? 1.0 / (1.0 + exp(-t4)) : exp(t4));
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
logaddexp_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(logaddexp_of(x, y));
    const double t2 = x - y;
    const double dx = (t2 > -37.0 ? 1.0 / (1.0 + exp(-t2)) : exp(t2));
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
logaddexp_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double z = OK(logaddexp_of(x, y));
    const double t2 = y - x;
    const double dy = (t2 > -37.0 ? 1.0 / (1.0 + exp(-t2)) : exp(t2));
    *z_ = z, *dy_ = dy;
    return fine;
}

/* erf: z = erf(x);  ∂z/∂x = 1.1283791670955126 * exp(-(x * x)) */
static int
erf_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(erf(x));
    const double dx = 1.1283791670955126 * OK(exp(-(x * x)));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* erfc: z = erfc(x);  ∂z/∂x = -1.1283791670955126 * exp(-(x * x)) */
static int
erfc_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = OK(erfc(x));
    const double dx = -1.1283791670955126 * OK(exp(-(x * x)));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* sigmoid: z = 1.0 / (1.0 + exp(-x)) if x > -37.0 else exp(x);  t2 = -x;  ∂z/∂x = z * (1.0 / (1.0 + exp(-t2)) if t2 > -37.0 else exp(t2)) */
static int
sigmoid_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = (x > -37.0 ? 1.0 / (1.0 + exp(-x)) : exp(x));
    const double t2 = -x;
    const double dx = z * (t2 > -37.0 ? 1.0 / (1.0 + exp(-t2)) : exp(t2));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* leaky_relu: t1 = 1.0 if x >= 0.0 else 0.0;  z = x if t1 else (y * x);  ∂z/∂x = 1.0 if t1 else y;  ∂z/∂y = 0.0 if t1 else x */
static int
leaky_relu_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double t1 = (x >= 0.0 ? 1.0 : 0.0);
    const double z = (t1 ? x : (y * x));
    const double dx = (t1 ? 1.0 : y);
    const double dy = (t1 ? 0.0 : x);
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
leaky_relu_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double t1 = (x >= 0.0 ? 1.0 : 0.0);
    const double z = (t1 ? x : (y * x));
    const double dx = (t1 ? 1.0 : y);
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
leaky_relu_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double t1 = (x >= 0.0 ? 1.0 : 0.0);
    const double z = (t1 ? x : (y * x));
    const double dy = (t1 ? 0.0 : x);
    *z_ = z, *dy_ = dy;
    return fine;
}

/* elu: t1 = 1.0 if x > 0.0 else 0.0;  t2 = 0.0 if t1 else x;  t3 = expm1(t2);  z = x if t1 else (y * t3);  ∂z/∂x = 1.0 if t1 else (y * exp(t2));  ∂z/∂y = 0.0 if t1 else t3 */
static int
elu_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double t1 = (x > 0.0 ? 1.0 : 0.0);
    const double t2 = (t1 ? 0.0 : x);
    const double t3 = OK(expm1(t2));
    const double z = (t1 ? x : (y * t3));
    const double dx = (t1 ? 1.0 : (y * OK(exp(t2))));
    const double dy = (t1 ? 0.0 : t3);
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
elu_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double t1 = (x > 0.0 ? 1.0 : 0.0);
    const double t2 = (t1 ? 0.0 : x);
    const double z = (t1 ? x : (y * OK(expm1(t2))));
    const double dx = (t1 ? 1.0 : (y * OK(exp(t2))));
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
elu_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double t1 = (x > 0.0 ? 1.0 : 0.0);
    const double t2 = OK(expm1((t1 ? 0.0 : x)));
    const double z = (t1 ? x : (y * t2));
    const double dy = (t1 ? 0.0 : t2);
    *z_ = z, *dy_ = dy;
    return fine;
}

/* selu: t1 = 1.0 if x > 0.0 else 0.0;  t2 = 0.0 if t1 else x;  z = 1.0507009873554805 * (x if t1 else (1.6732632423543772 * expm1(t2)));  ∂z/∂x = 1.0507009873554805 if t1 else (1.7580993408473766 * exp(t2)) */
static int
selu_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double t1 = (x > 0.0 ? 1.0 : 0.0);
    const double t2 = (t1 ? 0.0 : x);
    const double z = 1.0507009873554805 * (t1 ? x : (1.6732632423543772 * OK(expm1(t2))));
    const double dx = (t1 ? 1.0507009873554805 : (1.7580993408473766 * OK(exp(t2))));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* silu: t1 = 1.0 / (1.0 + exp(-x)) if x > -37.0 else exp(x);  z = x * t1;  t3 = -x;  ∂z/∂x = t1 + x * (t1 * (1.0 / (1.0 + exp(-t3)) if t3 > -37.0 else exp(t3))) */
static int
silu_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double t1 = (x > -37.0 ? 1.0 / (1.0 + exp(-x)) : exp(x));
    const double z = x * t1;
    const double t3 = -x;
    const double dx = t1 + x * (t1 * (t3 > -37.0 ? 1.0 / (1.0 + exp(-t3)) : exp(t3)));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* gelu_erf: t1 = 0.5 * x;  t2 = -0.7071067811865476 * x;  t3 = erfc(t2);  z = t1 * t3;  ∂z/∂x = t1 * (-1.1283791670955126 * exp(-(t2 * t2))) * -0.7071067811865476 + t3 * 0.5 */
static int
gelu_erf_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double t1 = 0.5 * x;
    const double t2 = -0.7071067811865476 * x;
    const double t3 = OK(erfc(t2));
    const double z = t1 * t3;
    const double dx = t1 * (-1.1283791670955126 * OK(exp(-(t2 * t2)))) * -0.7071067811865476 + t3 * 0.5;
    *z_ = z, *dx_ = dx;
    return fine;
}

/* gelu_tanh: t1 = 1.0 + 0.044715 * (x * x);  t2 = 1.5957691216057308 * (x * t1);  t3 = 1.0 / (1.0 + exp(-t2)) if t2 > -37.0 else exp(t2);  z = x * t3;  t5 = -t2;  t6 = x * (t3 * (1.0 / (1.0 + exp(-t5)) if t5 > -37.0 else exp(t5))) * 1.5957691216057308;  ∂z/∂x = t3 + t6 * t1 + t6 * x * 0.044715 * (2.0 * x) */
static int
gelu_tanh_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double t1 = 1.0 + 0.044715 * (x * x);
    const double t2 = 1.5957691216057308 * (x * t1);
    const double t3 = (t2 > -37.0 ? 1.0 / (1.0 + exp(-t2)) : exp(t2));
    const double z = x * t3;
    const double t5 = -t2;
    const double t6 = x * (t3 * (t5 > -37.0 ? 1.0 / (1.0 + exp(-t5)) : exp(t5))) * 1.5957691216057308;
    const double dx = t3 + t6 * t1 + t6 * x * 0.044715 * (2.0 * x);
    *z_ = z, *dx_ = dx;
    return fine;
}

/* softplus: z = (0.0 if x <= 0 else x) + log1p(exp(-abs(x)));  ∂z/∂x = 1.0 / (1.0 + exp(-x)) if x > -37.0 else exp(x) */
static int
softplus_unary(double x, double *z_, double *dx_)
{
    int fine = 1;
    const double z = (x <= 0 ? 0.0 : x) + OK(log1p(OK(exp(-OK(fabs(x))))));
    const double dx = (x > -37.0 ? 1.0 / (1.0 + exp(-x)) : exp(x));
    *z_ = z, *dx_ = dx;
    return fine;
}

/* squared_error: t1 = x - y;  z = t1 * t1;  ∂z/∂x = 2.0 * t1;  ∂z/∂y = -dx */
static int
squared_error_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double t1 = x - y;
    const double z = (t1 * t1);
    const double dx = 2.0 * t1;
    const double dy = -dx;
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
squared_error_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double t1 = x - y;
    const double z = (t1 * t1);
    const double dx = 2.0 * t1;
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
squared_error_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double t1 = x - y;
    const double z = (t1 * t1);
    const double dy = -(2.0 * t1);
    *z_ = z, *dy_ = dy;
    return fine;
}

/* absolute_error: t1 = x - y;  z = abs(t1);  ∂z/∂x = sign(t1);  ∂z/∂y = -dx */
static int
absolute_error_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double t1 = x - y;
    const double z = OK(fabs(t1));
    const double dx = OK(sign_of(t1));
    const double dy = -dx;
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
absolute_error_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double t1 = x - y;
    const double z = OK(fabs(t1));
    const double dx = OK(sign_of(t1));
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
absolute_error_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double t1 = x - y;
    const double z = OK(fabs(t1));
    const double dy = -OK(sign_of(t1));
    *z_ = z, *dy_ = dy;
    return fine;
}

/* logit_loss: z = (0.0 if x <= 0 else x) + log1p(exp(-abs(x))) - x * y;  ∂z/∂x = (1.0 / (1.0 + exp(-x)) if x > -37.0 else exp(x)) - y;  ∂z/∂y = -x */
static int
logit_loss_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double z = (x <= 0 ? 0.0 : x) + OK(log1p(OK(exp(-OK(fabs(x)))))) - x * y;
    const double dx = (x > -37.0 ? 1.0 / (1.0 + exp(-x)) : exp(x)) - y;
    const double dy = -x;
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
logit_loss_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double z = (x <= 0 ? 0.0 : x) + OK(log1p(OK(exp(-OK(fabs(x)))))) - x * y;
    const double dx = (x > -37.0 ? 1.0 / (1.0 + exp(-x)) : exp(x)) - y;
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
logit_loss_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double z = (x <= 0 ? 0.0 : x) + OK(log1p(OK(exp(-OK(fabs(x)))))) - x * y;
    const double dy = -x;
    *z_ = z, *dy_ = dy;
    return fine;
}

/* hinge_error: t1 = 1.0 - y * x;  z = 0.0 if t1 <= 0 else t1;  t3 = 1.0 if z > 0.0 else 0.0;  ∂z/∂x = -(t3 * y);  ∂z/∂y = -(t3 * x) */
static int
hinge_error_both(double x, double y, double *z_, double *dx_, double *dy_)
{
    int fine = 1;
    const double t1 = 1.0 - y * x;
    const double z = (t1 <= 0 ? 0.0 : t1);
    const double t3 = (z > 0.0 ? 1.0 : 0.0);
    const double dx = -(t3 * y);
    const double dy = -(t3 * x);
    *z_ = z, *dx_ = dx, *dy_ = dy;
    return fine;
}

static int
hinge_error_first(double x, double y, double *z_, double *dx_)
{
    int fine = 1;
    const double t1 = 1.0 - y * x;
    const double z = (t1 <= 0 ? 0.0 : t1);
    const double dx = -((z > 0.0 ? 1.0 : 0.0) * y);
    *z_ = z, *dx_ = dx;
    return fine;
}

static int
hinge_error_second(double x, double y, double *z_, double *dy_)
{
    int fine = 1;
    const double t1 = 1.0 - y * x;
    const double z = (t1 <= 0 ? 0.0 : t1);
    const double dy = -((z > 0.0 ? 1.0 : 0.0) * x);
    *z_ = z, *dy_ = dy;
    return fine;
}

static const Formula FORMULAS[] = {
    {.name = "add", .text = "z = x + y;  ∂z/∂x = 1.0;  ∂z/∂y = 1.0",
     .has_dx = 1, .has_dy = 2, .both = add_both, .first = add_first, .second = add_second},
    {.name = "sub", .text = "z = x - y;  ∂z/∂x = 1.0;  ∂z/∂y = -1.0",
     .has_dx = 1, .has_dy = 2, .both = sub_both, .first = sub_first, .second = sub_second},
    {.name = "mul", .text = "z = x * y;  ∂z/∂x = y;  ∂z/∂y = x",
     .has_dx = 1, .has_dy = 2, .both = mul_both, .first = mul_first, .second = mul_second},
    {.name = "div", .text = "z = x / y;  ∂z/∂x = 1.0 / y;  ∂z/∂y = -z / y",
     .has_dx = 1, .has_dy = 2, .both = div_both, .first = div_first, .second = div_second},
    {.name = "neg", .text = "z = -x;  ∂z/∂x = -1.0",
     .has_dx = 1, .has_dy = 0, .unary = neg_unary},
    {.name = "square", .text = "z = x * x;  ∂z/∂x = 2.0 * x",
     .has_dx = 1, .has_dy = 0, .unary = square_unary},
    {.name = "greater", .text = "z = 1.0 if x > y else 0.0;  ∂z/∂x = None;  ∂z/∂y = None",
     .has_dx = 0, .has_dy = 0, .both = greater_both, .first = greater_first, .second = greater_second},
    {.name = "greater_equal", .text = "z = 1.0 if x >= y else 0.0;  ∂z/∂x = None;  ∂z/∂y = None",
     .has_dx = 0, .has_dy = 0, .both = greater_equal_both, .first = greater_equal_first, .second = greater_equal_second},
    {.name = "less", .text = "z = 1.0 if x < y else 0.0;  ∂z/∂x = None;  ∂z/∂y = None",
     .has_dx = 0, .has_dy = 0, .both = less_both, .first = less_first, .second = less_second},
    {.name = "less_equal", .text = "z = 1.0 if x <= y else 0.0;  ∂z/∂x = None;  ∂z/∂y = None",
     .has_dx = 0, .has_dy = 0, .both = less_equal_both, .first = less_equal_first, .second = less_equal_second},
    {.name = "equal", .text = "z = 1.0 if x == y else 0.0;  ∂z/∂x = None;  ∂z/∂y = None",
     .has_dx = 0, .has_dy = 0, .both = equal_both, .first = equal_first, .second = equal_second},
    {.name = "not_equal", .text = "z = 1.0 if x != y else 0.0;  ∂z/∂x = None;  ∂z/∂y = None",
     .has_dx = 0, .has_dy = 0, .both = not_equal_both, .first = not_equal_first, .second = not_equal_second},
    {.name = "sign", .text = "z = float(sign(x));  ∂z/∂x = 0.0",
     .has_dx = 1, .has_dy = 0, .unary = sign_unary},
    {.name = "share", .text = "z = float(share(x, y));  ∂z/∂x = None;  ∂z/∂y = None",
     .has_dx = 0, .has_dy = 0, .both = share_both, .first = share_first, .second = share_second},
    {.name = "nonzero", .text = "z = float(nonzero(x));  ∂z/∂x = 1.0",
     .has_dx = 1, .has_dy = 0, .unary = nonzero_unary},
    {.name = "base", .text = "z = x if x or y else 1.0;  ∂z/∂x = 1.0;  ∂z/∂y = None",
     .has_dx = 1, .has_dy = 0, .both = base_both, .first = base_first, .second = base_second},
    {.name = "exp", .text = "z = exp(x);  ∂z/∂x = z",
     .has_dx = 1, .has_dy = 0, .unary = exp_unary},
    {.name = "expm1", .text = "z = expm1(x);  ∂z/∂x = z + 1.0",
     .has_dx = 1, .has_dy = 0, .unary = expm1_unary},
    {.name = "log", .text = "z = log(x);  ∂z/∂x = 1.0 / x",
     .has_dx = 1, .has_dy = 0, .unary = log_unary},
    {.name = "log1p", .text = "z = log1p(x);  ∂z/∂x = 1.0 / (1.0 + x)",
     .has_dx = 1, .has_dy = 0, .unary = log1p_unary},
    {.name = "sqrt", .text = "z = sqrt(x);  ∂z/∂x = 1.0 / (2.0 * z)",
     .has_dx = 1, .has_dy = 0, .unary = sqrt_unary},
    {.name = "sin", .text = "z = sin(x);  ∂z/∂x = cos(x)",
     .has_dx = 1, .has_dy = 0, .unary = sin_unary},
    {.name = "cos", .text = "z = cos(x);  ∂z/∂x = -sin(x)",
     .has_dx = 1, .has_dy = 0, .unary = cos_unary},
    {.name = "tanh", .text = "z = tanh(x);  ∂z/∂x = 1.0 - z * z",
     .has_dx = 1, .has_dy = 0, .unary = tanh_unary},
    {.name = "pow", .text = "z = pow(x, y);  ∂z/∂x = y * pow((x if x or y else 1.0), (y - 1.0));  ∂z/∂y = z * log(nonzero(x))",
     .has_dx = 1, .has_dy = 2, .both = pow_both, .first = pow_first, .second = pow_second},
    {.name = "tan", .text = "z = tan(x);  ∂z/∂x = 1.0 + z * z",
     .has_dx = 1, .has_dy = 0, .unary = tan_unary},
    {.name = "sinh", .text = "z = sinh(x);  ∂z/∂x = cosh(x)",
     .has_dx = 1, .has_dy = 0, .unary = sinh_unary},
    {.name = "cosh", .text = "z = cosh(x);  ∂z/∂x = sinh(x)",
     .has_dx = 1, .has_dy = 0, .unary = cosh_unary},
    {.name = "arcsin", .text = "z = arcsin(x);  ∂z/∂x = 1.0 / sqrt((1.0 - x) * (1.0 + x))",
     .has_dx = 1, .has_dy = 0, .unary = arcsin_unary},
    {.name = "arccos", .text = "z = arccos(x);  ∂z/∂x = -1.0 / sqrt((1.0 - x) * (1.0 + x))",
     .has_dx = 1, .has_dy = 0, .unary = arccos_unary},
    {.name = "arctan", .text = "z = arctan(x);  ∂z/∂x = 1.0 / (1.0 + x * x)",
     .has_dx = 1, .has_dy = 0, .unary = arctan_unary},
    {.name = "arcsinh", .text = "z = arcsinh(x);  ∂z/∂x = 1.0 / sqrt(1.0 + x * x)",
     .has_dx = 1, .has_dy = 0, .unary = arcsinh_unary},
    {.name = "arccosh", .text = "z = arccosh(x);  ∂z/∂x = 1.0 / (sqrt(x - 1.0) * sqrt(x + 1.0))",
     .has_dx = 1, .has_dy = 0, .unary = arccosh_unary},
    {.name = "arctanh", .text = "z = arctanh(x);  ∂z/∂x = 1.0 / ((1.0 - x) * (1.0 + x))",
     .has_dx = 1, .has_dy = 0, .unary = arctanh_unary},
    {.name = "exp2", .text = "z = exp2(x);  ∂z/∂x = z * 0.6931471805599453",
     .has_dx = 1, .has_dy = 0, .unary = exp2_unary},
    {.name = "log2", .text = "z = log2(x);  ∂z/∂x = 1.4426950408889634 / x",
     .has_dx = 1, .has_dy = 0, .unary = log2_unary},
    {.name = "log10", .text = "z = log10(x);  ∂z/∂x = 0.4342944819032518 / x",
     .has_dx = 1, .has_dy = 0, .unary = log10_unary},
    {.name = "cbrt", .text = "z = cbrt(x);  ∂z/∂x = 1.0 / (3.0 * z * z)",
     .has_dx = 1, .has_dy = 0, .unary = cbrt_unary},
    {.name = "arctan2", .text = "z = arctan2(x, y);  ∂z/∂x = y / (x * x + y * y);  ∂z/∂y = -x / (x * x + y * y)",
     .has_dx = 1, .has_dy = 2, .both = arctan2_both, .first = arctan2_first, .second = arctan2_second},
    {.name = "identity", .text = "z = x;  ∂z/∂x = 1.0",
     .has_dx = 1, .has_dy = 0, .unary = identity_unary},
    {.name = "detach", .text = "z = x;  ∂z/∂x = None",
     .has_dx = 0, .has_dy = 0, .unary = detach_unary},
    {.name = "abs", .text = "z = abs(x);  ∂z/∂x = sign(x)",
     .has_dx = 1, .has_dy = 0, .unary = abs_unary},
    {.name = "relu", .text = "z = 0.0 if x <= 0 else x;  ∂z/∂x = 1.0 if z > 0.0 else 0.0",
     .has_dx = 1, .has_dy = 0, .unary = relu_unary},
    {.name = "maximum", .text = "z = float(maximum(x, y));  ∂z/∂x = share(x, y);  ∂z/∂y = share(y, x)",
     .has_dx = 1, .has_dy = 2, .both = maximum_both, .first = maximum_first, .second = maximum_second},
    {.name = "minimum", .text = "z = float(minimum(x, y));  ∂z/∂x = share(y, x);  ∂z/∂y = share(x, y)",
     .has_dx = 1, .has_dy = 2, .both = minimum_both, .first = minimum_first, .second = minimum_second},
    {.name = "expit", .text = "z = 1.0 / (1.0 + exp(-x)) if x > -37.0 else exp(x);  t2 = -x;  ∂z/∂x = z * (1.0 / (1.0 + exp(-t2)) if t2 > -37.0 else exp(t2))",
     .has_dx = 1, .has_dy = 0, .unary = expit_unary},
    {.name = "logaddexp", .text = "z = float(logaddexp(x, y));  t2 = x - y;  ∂z/∂x = 1.0 / (1.0 + exp(-t2)) if t2 > -37.0 else exp(t2);  t4 = y - x;  ∂z/∂y = 1.0 / (1.0 + exp(-t4)) if t4 > -37.0 else exp(t4)",
     .has_dx = 1, .has_dy = 2, .both = logaddexp_both, .first = logaddexp_first, .second = logaddexp_second},
    {.name = "erf", .text = "z = erf(x);  ∂z/∂x = 1.1283791670955126 * exp(-(x * x))",
     .has_dx = 1, .has_dy = 0, .unary = erf_unary},
    {.name = "erfc", .text = "z = erfc(x);  ∂z/∂x = -1.1283791670955126 * exp(-(x * x))",
     .has_dx = 1, .has_dy = 0, .unary = erfc_unary},
    {.name = "sigmoid", .text = "z = 1.0 / (1.0 + exp(-x)) if x > -37.0 else exp(x);  t2 = -x;  ∂z/∂x = z * (1.0 / (1.0 + exp(-t2)) if t2 > -37.0 else exp(t2))",
     .has_dx = 1, .has_dy = 0, .unary = sigmoid_unary},
    {.name = "leaky_relu", .text = "t1 = 1.0 if x >= 0.0 else 0.0;  z = x if t1 else (y * x);  ∂z/∂x = 1.0 if t1 else y;  ∂z/∂y = 0.0 if t1 else x",
     .has_dx = 1, .has_dy = 2, .both = leaky_relu_both, .first = leaky_relu_first, .second = leaky_relu_second},
    {.name = "elu", .text = "t1 = 1.0 if x > 0.0 else 0.0;  t2 = 0.0 if t1 else x;  t3 = expm1(t2);  z = x if t1 else (y * t3);  ∂z/∂x = 1.0 if t1 else (y * exp(t2));  ∂z/∂y = 0.0 if t1 else t3",
     .has_dx = 1, .has_dy = 2, .both = elu_both, .first = elu_first, .second = elu_second},
    {.name = "selu", .text = "t1 = 1.0 if x > 0.0 else 0.0;  t2 = 0.0 if t1 else x;  z = 1.0507009873554805 * (x if t1 else (1.6732632423543772 * expm1(t2)));  ∂z/∂x = 1.0507009873554805 if t1 else (1.7580993408473766 * exp(t2))",
     .has_dx = 1, .has_dy = 0, .unary = selu_unary},
    {.name = "silu", .text = "t1 = 1.0 / (1.0 + exp(-x)) if x > -37.0 else exp(x);  z = x * t1;  t3 = -x;  ∂z/∂x = t1 + x * (t1 * (1.0 / (1.0 + exp(-t3)) if t3 > -37.0 else exp(t3)))",
     .has_dx = 1, .has_dy = 0, .unary = silu_unary},
    {.name = "gelu_erf", .text = "t1 = 0.5 * x;  t2 = -0.7071067811865476 * x;  t3 = erfc(t2);  z = t1 * t3;  ∂z/∂x = t1 * (-1.1283791670955126 * exp(-(t2 * t2))) * -0.7071067811865476 + t3 * 0.5",
     .has_dx = 1, .has_dy = 0, .unary = gelu_erf_unary},
    {.name = "gelu_tanh", .text = "t1 = 1.0 + 0.044715 * (x * x);  t2 = 1.5957691216057308 * (x * t1);  t3 = 1.0 / (1.0 + exp(-t2)) if t2 > -37.0 else exp(t2);  z = x * t3;  t5 = -t2;  t6 = x * (t3 * (1.0 / (1.0 + exp(-t5)) if t5 > -37.0 else exp(t5))) * 1.5957691216057308;  ∂z/∂x = t3 + t6 * t1 + t6 * x * 0.044715 * (2.0 * x)",
     .has_dx = 1, .has_dy = 0, .unary = gelu_tanh_unary},
    {.name = "softplus", .text = "z = (0.0 if x <= 0 else x) + log1p(exp(-abs(x)));  ∂z/∂x = 1.0 / (1.0 + exp(-x)) if x > -37.0 else exp(x)",
     .has_dx = 1, .has_dy = 0, .unary = softplus_unary},
    {.name = "squared_error", .text = "t1 = x - y;  z = t1 * t1;  ∂z/∂x = 2.0 * t1;  ∂z/∂y = -dx",
     .has_dx = 1, .has_dy = 2, .both = squared_error_both, .first = squared_error_first, .second = squared_error_second},
    {.name = "absolute_error", .text = "t1 = x - y;  z = abs(t1);  ∂z/∂x = sign(t1);  ∂z/∂y = -dx",
     .has_dx = 1, .has_dy = 2, .both = absolute_error_both, .first = absolute_error_first, .second = absolute_error_second},
    {.name = "logit_loss", .text = "z = (0.0 if x <= 0 else x) + log1p(exp(-abs(x))) - x * y;  ∂z/∂x = (1.0 / (1.0 + exp(-x)) if x > -37.0 else exp(x)) - y;  ∂z/∂y = -x",
     .has_dx = 1, .has_dy = 2, .both = logit_loss_both, .first = logit_loss_first, .second = logit_loss_second},
    {.name = "hinge_error", .text = "t1 = 1.0 - y * x;  z = 0.0 if t1 <= 0 else t1;  t3 = 1.0 if z > 0.0 else 0.0;  ∂z/∂x = -(t3 * y);  ∂z/∂y = -(t3 * x)",
     .has_dx = 1, .has_dy = 2, .both = hinge_error_both, .first = hinge_error_first, .second = hinge_error_second},
    {0},
};
