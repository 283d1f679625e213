package dev.tollgate.schema.access;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses ACCESS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tollgate.schema.access");

    @Test
    void onlyTheDatabasesPackagesKnowJdbc() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..postgres..", "..fence..", "..generation..", "..web..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..")
                .check(ACCESS);
    }

    @Test
    void onlyTheWebsPackageKnowsTheWeb() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..web..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "jakarta..", "tools.jackson.databind..")
                .check(ACCESS);
    }

    @Test
    void knowsNoServiceAndNoClock() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "dev.tollgate.gateway..",
                        "dev.tollgate.ingest..",
                        "dev.tollgate.aggregator..",
                        "dev.tollgate.billing..",
                        "dev.tollgate.console..")
                .check(ACCESS);
        noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(ACCESS);
    }
}
