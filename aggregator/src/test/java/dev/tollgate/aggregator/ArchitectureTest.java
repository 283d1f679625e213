package dev.tollgate.aggregator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String[] FEATURE_ROOTS = {
        "dev.tollgate.aggregator.fold",
        "dev.tollgate.aggregator.topology",
        "dev.tollgate.aggregator.sink",
        "dev.tollgate.aggregator.query",
        "dev.tollgate.aggregator.reconcile"
    };

    private static final JavaClasses AGGREGATOR = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tollgate.aggregator");

    @Test
    void keepsFeatureRootsPure() {
        noClasses()
                .that()
                .resideInAnyPackage(FEATURE_ROOTS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..",
                        "org.apache.kafka..",
                        "java.sql..",
                        "javax.sql..",
                        "org.postgresql..",
                        "java.net..",
                        "jakarta..",
                        "org.slf4j..",
                        "io.micrometer..")
                .check(AGGREGATOR);
    }

    @Test
    void readsNoClockInFeatures() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.tollgate.aggregator.fold..",
                        "dev.tollgate.aggregator.topology..",
                        "dev.tollgate.aggregator.sink..",
                        "dev.tollgate.aggregator.query..",
                        "dev.tollgate.aggregator.reconcile..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .check(AGGREGATOR);
    }

    @Test
    void keepsSpringInTheRootAndHttp() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.tollgate.aggregator", "..actuator", "..http")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework..")
                .check(AGGREGATOR);
    }

    @Test
    void knowsNoOtherService() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.tollgate.gateway..",
                        "dev.tollgate.ingest..",
                        "dev.tollgate.billing..",
                        "dev.tollgate.console..")
                .check(AGGREGATOR);
    }
}
