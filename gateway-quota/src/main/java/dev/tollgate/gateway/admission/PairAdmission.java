package dev.tollgate.gateway.admission;

import org.jspecify.annotations.Nullable;

/// Tokens of two rows for one request: the tenant's own limits and those of a route policy.
record PairAdmission(Admission own, Admission ofRoute) implements Admission {

    @Override
    public long cost() {
        return own.cost();
    }

    @Override
    public QuotaState closest() {
        QuotaState ofTenant = own.closest();
        QuotaState onRoute = ofRoute.closest();
        return onRoute.remaining() < ofTenant.remaining() ? onRoute : ofTenant;
    }

    @Override
    public @Nullable QuotaState watched() {
        QuotaState ofTenant = own.watched();
        return ofTenant == null ? ofRoute.watched() : ofTenant;
    }

    @Override
    public void commit() {
        own.commit();
        ofRoute.commit();
    }

    @Override
    public void giveBack() {
        own.giveBack();
        ofRoute.giveBack();
    }
}
