package dev.tollgate.bench.cost;

import java.math.BigDecimal;
import java.util.List;

/// How much is sent, and what is assumed of prices.
///
/// @param requests that are measured
/// @param perSecond how many are sent in a second, evenly spread
/// @param prices what resources are assumed to cost
record CostOptions(long requests, int perSecond, PriceInputs prices) {

    static final long REQUESTS_DEFAULT = 1_000_000;
    static final int PER_SECOND_DEFAULT = 3_000;

    private static final long REQUESTS_MIN = 1_000;
    private static final long REQUESTS_MAX = 50_000_000;
    private static final int PER_SECOND_MAX = 100_000;

    private static final String USAGE = "./tollgate bench cost [--requests NUMBER] [--rate NUMBER] [--cpu-hour USD]"
            + " [--gib-month USD] [--months-kept NUMBER]";

    CostOptions {
        if (requests < REQUESTS_MIN || requests > REQUESTS_MAX) {
            throw new IllegalArgumentException(
                    "--requests must be " + REQUESTS_MIN + " to " + REQUESTS_MAX + "; " + USAGE);
        }
        if (perSecond < 1 || perSecond > PER_SECOND_MAX) {
            throw new IllegalArgumentException("--rate must be 1 to " + PER_SECOND_MAX + "; " + USAGE);
        }
    }

    static CostOptions parse(List<String> arguments) {
        long requests = REQUESTS_DEFAULT;
        long perSecond = PER_SECOND_DEFAULT;
        PriceInputs prices = PriceInputs.ASSUMED;
        for (int i = 0; i < arguments.size(); i += 2) {
            String name = arguments.get(i);
            switch (name) {
                case "--requests" -> requests = number(name, arguments, i + 1);
                case "--rate" -> perSecond = number(name, arguments, i + 1);
                case "--cpu-hour" -> prices = prices.withCpuHourUsd(money(name, arguments, i + 1));
                case "--gib-month" -> prices = prices.withGibMonthUsd(money(name, arguments, i + 1));
                case "--months-kept" -> prices = prices.withMonthsKept(number(name, arguments, i + 1));
                default -> throw new IllegalArgumentException("no option " + name + "; " + USAGE);
            }
        }
        return new CostOptions(requests, (int) Math.min(perSecond, Integer.MAX_VALUE), prices);
    }

    private static long number(String name, List<String> arguments, int at) {
        try {
            return Long.parseLong(value(name, arguments, at));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " needs a whole number; " + USAGE, e);
        }
    }

    private static BigDecimal money(String name, List<String> arguments, int at) {
        try {
            return new BigDecimal(value(name, arguments, at));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " needs an amount in USD, such as 0.04; " + USAGE, e);
        }
    }

    private static String value(String name, List<String> arguments, int at) {
        if (at >= arguments.size()) {
            throw new IllegalArgumentException(name + " needs a value; " + USAGE);
        }
        return arguments.get(at);
    }
}
