package dev.tollgate.bench.cost;

import java.math.BigDecimal;
import java.math.MathContext;

/// The formula. Amounts in USD.
record Price(PriceInputs inputs) {

    static final String FORMULA = "price = CPU-seconds ÷ 3600 × USD per processor-hour"
            + " + the sum over all that is stored of GiB × months kept × USD per GiB-month";

    private static final MathContext EXACT_ENOUGH = MathContext.DECIMAL64;
    private static final BigDecimal HOUR_SECONDS = BigDecimal.valueOf(3_600);
    private static final BigDecimal GIB = BigDecimal.valueOf(1L << 30);

    BigDecimal ofCpuSeconds(double seconds) {
        return BigDecimal.valueOf(seconds).divide(HOUR_SECONDS, EXACT_ENOUGH).multiply(inputs.cpuHourUsd());
    }

    BigDecimal ofStored(double bytes, BigDecimal months) {
        return BigDecimal.valueOf(bytes)
                .divide(GIB, EXACT_ENOUGH)
                .multiply(months)
                .multiply(inputs.gibMonthUsd());
    }
}
