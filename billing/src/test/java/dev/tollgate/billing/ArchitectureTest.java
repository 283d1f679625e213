package dev.tollgate.billing;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "dev.tollgate.billing";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    private static final String[] FEATURE_ROOTS = {
        ROOT + ".plan", ROOT + ".rating", ROOT + ".period", ROOT + ".run", ROOT + ".invoice"
    };

    private static final DescribedPredicate<JavaClass> FLOATING =
            new DescribedPredicate<>("are floating point numbers") {
                private final Set<String> names = Set.of("float", "double", "java.lang.Float", "java.lang.Double");

                @Override
                public boolean test(JavaClass type) {
                    return names.contains(type.getBaseComponentType().getName());
                }
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
                        "jakarta..",
                        "java.net.http..",
                        ROOT + "..postgres..",
                        ROOT + "..kafka..",
                        ROOT + "..http.."))
                .check(CLASSES);
    }

    @Test
    void nobodyReadsTheClockBesideTheWiring() {
        noClasses()
                .that()
                .doNotHaveSimpleName("BillingConfiguration")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .check(CLASSES);
    }

    @Test
    void moneyIsNeverFloatingPoint() {
        noFields().should().haveRawType(FLOATING).check(CLASSES);
        noMethods().should().haveRawReturnType(FLOATING).check(CLASSES);
        noClasses()
                .should()
                .callCodeUnitWhere(DescribedPredicate.describe(
                        "it takes or returns floating point numbers",
                        call -> FLOATING.test(call.getTarget().getRawReturnType())
                                || call.getTarget().getRawParameterTypes().stream()
                                        .anyMatch(FLOATING)))
                .check(CLASSES);
        for (JavaClass type : CLASSES) {
            for (JavaCodeUnit unit : type.getCodeUnits()) {
                assertThat(unit.getRawParameterTypes()).as(unit.getFullName()).noneMatch(FLOATING);
            }
        }
    }

    @Test
    void servicesDoNotSeeEachOther() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "dev.tollgate.gateway..",
                        "dev.tollgate.ingest..",
                        "dev.tollgate.aggregator..",
                        "dev.tollgate.console.."))
                .check(CLASSES);
    }
}
