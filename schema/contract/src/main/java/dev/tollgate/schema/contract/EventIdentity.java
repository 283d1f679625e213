package dev.tollgate.schema.contract;

/// The place of an event in its source; what makes it unique after publication.
public record EventIdentity(String source, long sequence) {

    public EventIdentity {
        FieldRules.source(source);
        FieldRules.range("sequence", sequence, 1, FieldRules.COUNT_MAX);
    }
}
