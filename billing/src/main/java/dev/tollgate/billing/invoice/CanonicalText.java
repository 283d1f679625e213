package dev.tollgate.billing.invoice;

import dev.tollgate.billing.period.ClosedPeriod;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/// The one text of a period and of an invoice, whose SHA-256 (over UTF-8) is stored with it.
///
/// The first line names the kind and the version of the text. Then each field is a line `name=value`, in the order of
/// the code below; a list's items follow with their fields, each line of item n beginning with `n.`. Numbers are
/// decimal, moments ISO 8601 in UTC, days `yyyy-MM-dd`, absent values empty; in texts a backslash is written `\\` and
/// a line feed `\n`. Every line, also the last, ends with a line feed.
public final class CanonicalText {

    private final StringBuilder text = new StringBuilder();

    private CanonicalText(String kind) {
        text.append(kind).append('\n');
    }

    public static String of(ClosedPeriod period) {
        return new CanonicalText("tollgate billing period 1")
                .field("id", period.id())
                .field("tenant", period.tenantId())
                .field("start", period.start())
                .field("end", period.end())
                .field("timeZone", period.timeZone())
                .field("startsAt", period.startsAt())
                .field("endsAt", period.endsAt())
                .field("cutPosition", period.cutPosition())
                .field("eventCount", period.eventCount())
                .field("fingerprint", period.fingerprint())
                .field("totalRequests", period.totalRequests())
                .field("totalUnits", period.totalUnits())
                .field("totalDbQueries", period.totalDbQueries())
                .field("totalStorageMb", period.totalStorageMb())
                .field("totalAiRequests", period.totalAiRequests())
                .field("avgResponseTimeMs", period.avgResponseTimeMs())
                .field("currency", period.currency())
                .field("baseFeeCents", period.baseFeeCents())
                .field("overageRequests", period.overageRequests())
                .field("overageChargesCents", period.overageChargesCents())
                .field("totalAmountCents", period.totalAmountCents())
                .field("invoiceGeneratedAt", period.invoiceGeneratedAt())
                .field("run", period.runId())
                .text
                .toString();
    }

    public static String of(Invoice invoice) {
        CanonicalText canonical = new CanonicalText("tollgate invoice 1")
                .field("id", invoice.id())
                .field("number", invoice.number())
                .field("tenant", invoice.tenantId())
                .field("period", invoice.periodId())
                .field("kind", invoice.kind())
                .field("currency", invoice.currency())
                .field("totalCents", invoice.totalCents())
                .field("issuedAt", invoice.issuedAt())
                .field("dueOn", invoice.dueOn());
        invoice.lines().forEach(canonical::line);
        return canonical.text.toString();
    }

    public static byte[] sha256(String canonicalText) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(canonicalText.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private void line(InvoiceLine line) {
        String item = line.lineNo() + ".";
        field(item + "kind", line.kind())
                .field(item + "code", line.code())
                .field(item + "description", line.description())
                .field(item + "plan", line.planId())
                .field(item + "planVersion", line.planVersion())
                .field(item + "model", line.model())
                .field(item + "meter", line.meter())
                .field(item + "quantity", line.quantity())
                .field(item + "includedQuantity", line.includedQuantity())
                .field(item + "billedQuantity", line.billedQuantity())
                .field(item + "unitAmountCents", line.unitAmountCents())
                .field(item + "perQuantity", line.perQuantity())
                .field(item + "amountCents", line.amountCents())
                .field(item + "coversFrom", line.coversFrom())
                .field(item + "coversTo", line.coversTo())
                .field(item + "eventCount", line.eventCount())
                .field(item + "eventUnits", line.eventUnits())
                .field(item + "fingerprint", line.fingerprint())
                .field(item + "positionFrom", line.positionFrom())
                .field(item + "positionTo", line.positionTo())
                .field(item + "adjustsPeriod", line.adjustsPeriodId());
    }

    private CanonicalText field(String name, @Nullable Object value) {
        String written = value == null ? "" : value.toString();
        text.append(name)
                .append('=')
                .append(written.replace("\\", "\\\\").replace("\n", "\\n"))
                .append('\n');
        return this;
    }
}
