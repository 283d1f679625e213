package dev.tollgate.billing.invoice.http;

import dev.tollgate.billing.invoice.InvoiceSummary;
import dev.tollgate.billing.invoice.UpcomingInvoice;
import dev.tollgate.billing.invoice.postgres.PostgresInvoices;
import dev.tollgate.billing.invoice.postgres.PostgresUpcoming;
import dev.tollgate.schema.access.key.Role;
import dev.tollgate.schema.access.problem.ProblemType;
import dev.tollgate.schema.access.web.OperatorAccess;
import dev.tollgate.schema.access.web.Page;
import dev.tollgate.schema.access.web.Parameters;
import dev.tollgate.schema.access.web.ProblemException;
import dev.tollgate.schema.contract.UuidV7;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Invoices over HTTP, for finance and auditors.
@RestController
public final class InvoicesController {

    private final OperatorAccess access;
    private final PostgresInvoices invoices;
    private final PostgresUpcoming upcoming;
    private final InstantSource clock;

    public InvoicesController(
            OperatorAccess access, PostgresInvoices invoices, PostgresUpcoming upcoming, InstantSource clock) {
        this.access = access;
        this.invoices = invoices;
        this.upcoming = upcoming;
        this.clock = clock;
    }

    @GetMapping("/v1/billing/invoices")
    Page<InvoiceView> list(
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String authorization,
            @RequestParam(name = "month", required = false) @Nullable String month,
            @RequestParam(name = "tenant", required = false) @Nullable String tenant,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @RequestParam(name = "limit", required = false) @Nullable String limit)
            throws SQLException {
        access.require(authorization, Role.FINANCE, Role.AUDITOR);
        int size = Parameters.limit(limit);
        List<InvoiceSummary> rows = invoices.list(
                Parameters.optionalMonth(month),
                Parameters.optionalTenant(tenant),
                Parameters.afterId(cursor),
                size + 1);
        return Page.of(rows, size, InvoiceView::summary, invoice -> invoice.id().toString());
    }

    @GetMapping("/v1/billing/invoices/{invoice}")
    InvoiceView invoice(
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String authorization,
            @PathVariable("invoice") String idOrNumber)
            throws SQLException {
        access.require(authorization, Role.FINANCE, Role.AUDITOR);
        UUID id = UuidV7.parse(idOrNumber);
        Optional<InvoiceSummary> found = id == null ? byNumber(idOrNumber) : invoices.byId(id);
        InvoiceSummary invoice =
                found.orElseThrow(() -> ProblemException.of(ProblemType.NOT_FOUND, "no invoice " + idOrNumber));
        return InvoiceView.full(invoice, invoices.lines(invoice.id()));
    }

    @GetMapping("/v1/billing/upcoming")
    Page<UpcomingView> upcoming(
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String authorization,
            @RequestParam(name = "month", required = false) @Nullable String month,
            @RequestParam(name = "tenant", required = false) @Nullable String tenant,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @RequestParam(name = "limit", required = false) @Nullable String limit)
            throws SQLException {
        access.require(authorization, Role.FINANCE, Role.AUDITOR);
        int size = Parameters.limit(limit);
        YearMonth wanted = Parameters.optionalMonth(month)
                .orElseGet(() -> YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC)));
        List<UpcomingInvoice> rows =
                upcoming.list(wanted, Parameters.optionalTenant(tenant), Parameters.after(cursor), size + 1);
        return Page.of(rows, size, UpcomingView::of, invoice -> invoice.period().tenantId());
    }

    private Optional<InvoiceSummary> byNumber(String number) throws SQLException {
        return number.indexOf('\0') >= 0 ? Optional.empty() : invoices.byNumber(number);
    }
}
