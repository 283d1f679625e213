package dev.tollgate.schema.contract;

import java.time.Instant;
import java.util.UUID;

/// A fact of billing, for other teams. Amounts are net of tax.
///
/// @param type `invoice.issued`; further types may come, so consumers skip those that they do not know
/// @param occurredAt whole milliseconds
/// @param periodStart first day of the period in the tenant's time zone, `yyyy-MM-dd`
/// @param periodEnd first day after the period, `yyyy-MM-dd`
/// @param currency ISO 4217 code
public record BillingEvent(
        UUID id,
        String type,
        String tenantId,
        Instant occurredAt,
        String invoiceNumber,
        UUID invoiceId,
        String periodStart,
        String periodEnd,
        String currency,
        long totalCents) {

    public static final String INVOICE_ISSUED = "invoice.issued";

    public static final int TYPE_CHARS_MAX = 64;
    public static final int INVOICE_NUMBER_CHARS_MAX = 64;

    public BillingEvent {
        FieldRules.name("type", type, TYPE_CHARS_MAX);
        FieldRules.tenantId(tenantId);
        FieldRules.moment("occurredAt", occurredAt);
        FieldRules.name("invoiceNumber", invoiceNumber, INVOICE_NUMBER_CHARS_MAX);
        FieldRules.date("periodStart", periodStart);
        FieldRules.date("periodEnd", periodEnd);
        FieldRules.currency(currency);
        FieldRules.range("totalCents", totalCents, -FieldRules.COUNT_MAX, FieldRules.COUNT_MAX);
    }
}
