package dev.tollgate.quickstart.importing;

import dev.tollgate.quickstart.importing.MonthCosts.Cost;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a person sees after an import: the tenants, what their months would have cost, and a line of totals that a
/// script can read.
final class ImportReport {

    /// Tenants shown by name; the others are summed in one line.
    static final int TENANTS_SHOWN_MAX = 25;

    private final ImportResult result;
    private final Map<String, Cost> costs;

    ImportReport(ImportResult result, Map<String, Cost> costs) {
        this.result = result;
        this.costs = Map.copyOf(costs);
    }

    /// @param raw all events of these tenants in the raw table
    /// @param hourly all events of these tenants in the hourly buckets
    void print(PrintStream out, long raw, long hourly) {
        List<ImportResult.TenantCounts> tenants = result.tenants().stream()
                .sorted(Comparator.comparingLong(ImportResult.TenantCounts::requests)
                        .reversed()
                        .thenComparing(ImportResult.TenantCounts::tenantId))
                .toList();
        out.printf(
                Locale.ROOT,
                "%n%-32s %10s %8s %16s %14s%n",
                "tenant",
                "requests",
                "errors",
                "bytes",
                "cost of " + String.join(", ", result.months()));
        tenants.stream().limit(TENANTS_SHOWN_MAX).forEach(tenant -> printTenant(out, tenant));
        if (tenants.size() > TENANTS_SHOWN_MAX) {
            printOthers(out, tenants.subList(TENANTS_SHOWN_MAX, tenants.size()));
        }
        printSum(out, "all " + tenants.size() + " tenants", tenants);
        for (ImportResult.BadLine bad : result.badExamples()) {
            out.printf(Locale.ROOT, "bad line %d: %s%n", bad.line(), bad.reason());
        }
        if (result.conflicts() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%d lines name an event that was accepted with another content; they were left out%n",
                    result.conflicts());
        }
        out.printf(
                Locale.ROOT,
                "totals: lines=%d accepted=%d repeated=%d conflicting=%d bad=%d tenants=%d raw=%d hourly=%d%n",
                result.lines(),
                result.accepted(),
                result.repeated(),
                result.conflicts(),
                result.bad(),
                tenants.size(),
                raw,
                hourly);
        out.flush();
    }

    private void printTenant(PrintStream out, ImportResult.TenantCounts tenant) {
        printLine(
                out,
                tenant.tenantId(),
                tenant.requests(),
                tenant.errors(),
                tenant.bytes(),
                money(costs.get(tenant.tenantId())));
    }

    private void printOthers(PrintStream out, List<ImportResult.TenantCounts> others) {
        printSum(out, "and " + others.size() + " others", others);
    }

    private void printSum(PrintStream out, String name, List<ImportResult.TenantCounts> tenants) {
        @Nullable Cost sum = null;
        for (ImportResult.TenantCounts tenant : tenants) {
            Cost cost = costs.get(tenant.tenantId());
            if (cost != null) {
                sum = sum == null ? cost : sum.plus(cost);
            }
        }
        printLine(
                out,
                name,
                tenants.stream().mapToLong(ImportResult.TenantCounts::requests).sum(),
                tenants.stream().mapToLong(ImportResult.TenantCounts::errors).sum(),
                tenants.stream().mapToLong(ImportResult.TenantCounts::bytes).sum(),
                money(sum));
    }

    private static void printLine(PrintStream out, String name, long requests, long errors, long bytes, String cost) {
        out.printf(Locale.ROOT, "%-32s %,10d %,8d %,16d %14s%n", name, requests, errors, bytes, cost);
    }

    private static String money(@Nullable Cost cost) {
        return cost == null
                ? "no plan"
                : String.format(
                        Locale.ROOT, "%,d.%02d %s", cost.totalCents() / 100, cost.totalCents() % 100, cost.currency());
    }
}
