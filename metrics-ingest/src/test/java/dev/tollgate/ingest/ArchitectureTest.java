package dev.tollgate.ingest;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tollgate.ingest");

    private static final String[] FEATURE_ROOTS = {
        "dev.tollgate.ingest.batch",
        "dev.tollgate.ingest.store",
        "dev.tollgate.ingest.partition",
        "dev.tollgate.ingest.replay",
        "dev.tollgate.ingest.intake",
        "dev.tollgate.ingest.intake.accesslog"
    };

    @Test
    void featureRootsKnowNoTechnology() {
        noClasses()
                .that()
                .resideInAnyPackage(FEATURE_ROOTS)
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "org.springframework..",
                        "org.apache.kafka..",
                        "java.sql..",
                        "javax.sql..",
                        "org.postgresql..",
                        "java.net.http..",
                        "jakarta..",
                        "io.micrometer.."))
                .check(CLASSES);
    }

    @Test
    void featureRootsReadNoClock() {
        noClasses()
                .that()
                .resideInAnyPackage(FEATURE_ROOTS)
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .check(CLASSES);
    }

    @Test
    void featureRootsDoNotKnowTheirAdapters() {
        noClasses()
                .that()
                .resideInAnyPackage(FEATURE_ROOTS)
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("dev.tollgate.ingest..").and(resideOutsideOfPackages(FEATURE_ROOTS)))
                .check(CLASSES);
    }

    @Test
    void nothingDependsOnAnotherService() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.tollgate.gateway..",
                        "dev.tollgate.aggregator..",
                        "dev.tollgate.billing..",
                        "dev.tollgate.console..")
                .check(CLASSES);
    }
}
