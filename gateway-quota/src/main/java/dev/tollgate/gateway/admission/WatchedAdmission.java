package dev.tollgate.gateway.admission;

/// A request that passes although a quota is spent, because its row is only watched.
record WatchedAdmission(Admission admitted, QuotaState watched) implements Admission {

    @Override
    public long cost() {
        return admitted.cost();
    }

    @Override
    public QuotaState closest() {
        return admitted.closest();
    }

    @Override
    public void commit() {
        admitted.commit();
    }

    @Override
    public void giveBack() {
        admitted.giveBack();
    }
}
