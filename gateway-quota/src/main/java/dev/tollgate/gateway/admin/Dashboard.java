package dev.tollgate.gateway.admin;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/// What a tenant uses of its own limits at this moment, as the ledger counts it.
public record Dashboard(String tenantId, String tier, Usage usage) {

    public record Usage(Window minute, Window hour, Window day, Window month) {}

    /// @param percentage of the limit with two decimals, rounded down, so that 100 says spent; a limit of 0 is spent
    public record Window(long current, long limit, BigDecimal percentage) {

        private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
        private static final int DECIMALS = 2;

        public static Window of(long current, long limit) {
            BigDecimal percentage = limit == 0
                    ? HUNDRED.setScale(DECIMALS, RoundingMode.UNNECESSARY)
                    : BigDecimal.valueOf(current)
                            .multiply(HUNDRED)
                            .divide(BigDecimal.valueOf(limit), DECIMALS, RoundingMode.DOWN);
            return new Window(current, limit, percentage);
        }
    }

    public static Dashboard of(String tenantId, String tier, List<UsageRow> rows) {
        return new Dashboard(
                tenantId,
                tier,
                new Usage(
                        window(rows, "requests_per_minute"),
                        window(rows, "requests_per_hour"),
                        window(rows, "requests_per_day"),
                        window(rows, "requests_per_month")));
    }

    private static Window window(List<UsageRow> rows, String quota) {
        return rows.stream()
                .filter(row -> row.policy().isEmpty() && row.quota().equals(quota))
                .map(row -> Window.of(row.current(), row.limit()))
                .findFirst()
                .orElseThrow();
    }
}
