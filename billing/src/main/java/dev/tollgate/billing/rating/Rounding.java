package dev.tollgate.billing.rating;

import java.math.BigInteger;

/// The rounding rule of all bills. **Amounts** are rounded once per line, half up, to the whole cent. **Quantities**
/// that are prorated (allowances, the bounds of steps) are rounded up, in the tenant's favour. A **started** thousand
/// or package counts as a whole one. Products are exact; a result beyond 64 bits throws `ArithmeticException`.
final class Rounding {

    private Rounding() {}

    /// `value × numerator ÷ denominator`, half up; nothing is negative.
    static long halfUp(long value, long numerator, long denominator) {
        BigInteger twice = BigInteger.valueOf(denominator).shiftLeft(1);
        BigInteger product = BigInteger.valueOf(value)
                .multiply(BigInteger.valueOf(numerator))
                .shiftLeft(1);
        return product.add(BigInteger.valueOf(denominator)).divide(twice).longValueExact();
    }

    /// `value × numerator ÷ denominator`, up; nothing is negative.
    static long up(long value, long numerator, long denominator) {
        BigInteger below = BigInteger.valueOf(denominator);
        BigInteger product = BigInteger.valueOf(value).multiply(BigInteger.valueOf(numerator));
        return product.add(below).subtract(BigInteger.ONE).divide(below).longValueExact();
    }
}
