package dev.tollgate.bench.cost;

import dev.tollgate.bench.Results;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/// Prints what was used and what it costs, per million requests.
///
/// @param idle used between two moments without requests
/// @param used by the requests, from the first until all was settled
/// @param stored by the requests, per million of them
record CostReport(CostOptions options, Reading idle, Reading used, List<Stored> stored, LoadResult load) {

    private static final double MILLION = 1e6;
    private static final double MIB = 1 << 20;
    private static final double HOUR_SECONDS = 3_600;
    private static final double MONTH_HOURS = 730;

    /// With more refusals, each of which took some CPU, results say so.
    private static final double REFUSED_SHARE_MAX = 0.01;

    void print() {
        System.out.printf(
                "%n%,d requests at %.0f/s (asked for: %d/s), %,d refused and sent again; all settled %.1f s after the"
                        + " first%n",
                load.requests(), load.perSecond(), options.perSecond(), load.refused(), used.seconds());
        BigDecimal cpuUsd = printCpu();
        BigDecimal storedUsd = printStored();
        printPrice(cpuUsd, storedUsd);
    }

    /// What the requests themselves took: what the part takes in any case is taken off.
    private double cpuSecondsPerMillion(Part part) {
        double own = used.cpuSeconds(part) - idlePerSecond(part) * used.seconds();
        return perMillion(Math.max(0, own));
    }

    private double idlePerSecond(Part part) {
        return idle.cpuSeconds(part) / idle.seconds();
    }

    private double perMillion(double amount) {
        return amount * MILLION / load.requests();
    }

    private BigDecimal printCpu() {
        Price price = new Price(options.prices());
        System.out.printf("%n  %-32s | CPU-s per 1M requests | measured | idle taken off | USD per 1M%n", "processors");
        double total = 0;
        for (Part part : Part.values()) {
            double seconds = cpuSecondsPerMillion(part);
            System.out.printf(
                    "  %-32s | %21.1f | %8.1f | %14.1f | %s%n",
                    part.title(),
                    seconds,
                    used.cpuSeconds(part),
                    idlePerSecond(part) * used.seconds(),
                    part.isPriced() ? usd(price.ofCpuSeconds(seconds)) : "not priced");
            if (part.isPriced()) {
                total += seconds;
                Results.show("cost: CPU of " + part.title(), seconds, unit("CPU-seconds"));
            }
        }
        System.out.printf(
                "  %-32s | %21.1f | %8.1f | %14s | not priced%n",
                "clients", perMillion(load.cpuUs() / 1e6), load.cpuUs() / 1e6, "");
        System.out.printf(
                "  %-32s | %21.1f | %8s | %14s | %s%n",
                "all that is priced", total, "", "", usd(price.ofCpuSeconds(total)));
        Results.show("cost: CPU of the whole pipeline", total, unit("CPU-seconds"));
        return price.ofCpuSeconds(total);
    }

    private BigDecimal printStored() {
        Price price = new Price(options.prices());
        System.out.printf("%n  %-32s | MiB per 1M requests | months kept | USD per 1M%n", "disks");
        BigDecimal total = BigDecimal.ZERO;
        double keptMib = 0;
        for (Stored each : stored) {
            double bytes = each.bytes();
            BigDecimal amount = price.ofStored(bytes, each.monthsKept());
            total = total.add(amount);
            System.out.printf(
                    "  %-32s | %19.2f | %11.2f | %s%n",
                    each.what(), bytes / MIB, each.monthsKept(), each.isKept() ? usd(amount) : "not priced");
            if (each.isKept()) {
                keptMib += bytes / MIB;
            }
        }
        System.out.printf("  %-32s | %19.2f | %11s | %s%n", "all that is priced", keptMib, "", usd(total));
        System.out.println(
                "  Topics with replication factor 1: multiply by yours. Hourly rows and their topic (an estimate)"
                        + " stand once per tenant, hour and route, whatever number of requests they hold.");
        Results.show("cost: stored by the whole pipeline", keptMib, unit("MiB"));
        return total;
    }

    private void printPrice(BigDecimal cpuUsd, BigDecimal storedUsd) {
        PriceInputs inputs = options.prices();
        System.out.printf("%n  %s%n", Price.FORMULA);
        System.out.printf(
                "  with %s USD per processor-hour, %s USD per GiB-month, rows kept %d months, topics as long as their"
                        + " retention.%n",
                inputs.cpuHourUsd().toPlainString(), inputs.gibMonthUsd().toPlainString(), inputs.monthsKept());
        System.out.printf(
                "  %s, not quotes of a vendor.%n",
                inputs.equals(PriceInputs.ASSUMED)
                        ? "These inputs are assumptions of " + PriceInputs.ASSUMED_IN
                        : "These inputs are yours; what you did not give is an assumption of "
                                + PriceInputs.ASSUMED_IN);
        System.out.printf(
                "  = %s + %s = %s USD per 1M requests%n", usd(cpuUsd), usd(storedUsd), usd(cpuUsd.add(storedUsd)));
        printStanding();
        Results.show(
                "cost: price by the printed formula, inputs of " + PriceInputs.ASSUMED_IN + " unless given",
                cpuUsd.add(storedUsd).doubleValue(),
                unit("USD"));
    }

    /// What the parts take without any request is no cost of a request.
    private void printStanding() {
        double perHour = List.of(Part.values()).stream()
                .filter(Part::isPriced)
                .mapToDouble(part -> idlePerSecond(part) * HOUR_SECONDS)
                .sum();
        System.out.printf(
                "  Not in it: what the same processes take while idle, %.0f CPU-seconds an hour (over %.0f s), which is"
                        + " %s USD a month of %.0f hours, and memory.%n",
                perHour,
                idle.seconds(),
                usd(new Price(options.prices()).ofCpuSeconds(perHour * MONTH_HOURS)),
                MONTH_HOURS);
    }

    private String unit(String unit) {
        double share = load.refused() / (double) load.requests();
        return unit + " per 1M requests"
                + (share > REFUSED_SHARE_MAX ? ", overloaded: %.1f %% were refused first".formatted(100 * share) : "");
    }

    private static String usd(BigDecimal amount) {
        return String.format(Locale.ROOT, "%.5f", amount);
    }
}
