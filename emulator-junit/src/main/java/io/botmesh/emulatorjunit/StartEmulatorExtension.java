package io.botmesh.emulatorjunit;

import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.world.Profile;
import io.botmesh.world.VirtualClock;
import io.botmesh.world.WebhookTargets;
import io.botmesh.world.WorldOptions;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;
import org.opentest4j.TestAbortedException;

/** Carries {@link StartEmulator} out, which registers it. The contexts of JUnit own the emulators and close them. */
public final class StartEmulatorExtension
        implements BeforeAllCallback,
                BeforeEachCallback,
                ParameterResolver,
                TestExecutionExceptionHandler,
                LifecycleMethodExecutionExceptionHandler {
    private static final Namespace NAMESPACE = Namespace.create(StartEmulatorExtension.class);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    StartEmulatorExtension() {}

    /** The emulators of one context, in the order in which they were started. */
    private record Started(List<Telegram> all) implements AutoCloseable {
        /** A context finds what its parents keep, so each has a key of its own. */
        private record Key(String context) {}

        static Started of(ExtensionContext context) {
            return context.getStore(NAMESPACE)
                    .computeIfAbsent(
                            new Key(context.getUniqueId()),
                            any -> new Started(new CopyOnWriteArrayList<>()),
                            Started.class);
        }

        static List<Telegram> in(ExtensionContext context) {
            var started = context.getStore(NAMESPACE).get(new Key(context.getUniqueId()), Started.class);
            return started == null ? List.of() : started.all();
        }

        @Override
        public void close() {
            all.reversed().forEach(Telegram::close);
        }
    }

    /** How much had happened on an emulator of the class when a test began. */
    private record Before(Telegram telegram) {}

    @Override
    public void beforeAll(ExtensionContext context) throws IllegalAccessException {
        inject(context, context.getRequiredTestClass(), null, field -> Modifier.isStatic(field.getModifiers()));
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IllegalAccessException {
        for (var telegram : startedAround(context)) {
            context.getStore(NAMESPACE).put(new Before(telegram), telegram.now());
        }
        for (var instance : context.getRequiredTestInstances().getAllInstances()) {
            inject(context, instance.getClass(), instance, field -> !Modifier.isStatic(field.getModifiers()));
        }
    }

    private static void inject(
            ExtensionContext context, Class<?> type, @Nullable Object instance, Predicate<Field> which)
            throws IllegalAccessException {
        for (var field : AnnotationSupport.findAnnotatedFields(
                type, StartEmulator.class, which, HierarchyTraversalMode.TOP_DOWN)) {
            if (Modifier.isFinal(field.getModifiers())) {
                throw new ExtensionConfigurationException("@StartEmulator on a final field: " + field);
            }
            ReflectionSupport.makeAccessible(field);
            field.set(
                    instance,
                    start(context, field.getType(), field.getAnnotation(StartEmulator.class), field.toString()));
        }
    }

    /** A parameter of a constructor belongs to one test too, unless the instance serves all of them. */
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.isAnnotated(StartEmulator.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var annotation = parameter
                .findAnnotation(StartEmulator.class)
                .orElseThrow(() -> new IllegalStateException("no @StartEmulator: " + parameter));
        return start(context, parameter.getParameter().getType(), annotation, parameter.toString());
    }

    private static Object start(ExtensionContext context, Class<?> type, StartEmulator annotation, String where) {
        if (type != Telegram.class && type != Emulator.class) {
            throw new ExtensionConfigurationException(
                    "@StartEmulator gives a Telegram or an Emulator, not a " + type.getSimpleName() + ": " + where);
        }
        var telegram = Telegram.start(options(annotation)).withPatience(Duration.ofMillis(annotation.patienceMillis()));
        Started.of(context).all().add(telegram);
        return type == Telegram.class ? telegram : telegram.emulator();
    }

    private static EmulatorOptions options(StartEmulator annotation) {
        if (annotation.options() != StartEmulator.None.class) {
            if (annotation.profile() != Profile.HOSTED
                    || annotation.limits() != LimitProfile.OFF
                    || annotation.virtualClock()
                    || annotation.webhookTargets() != WebhookTargets.ANY
                    || annotation.seed() != 1) {
                throw new ExtensionConfigurationException(
                        "@StartEmulator: options() leaves no room for other settings");
            }
            return ReflectionSupport.newInstance(annotation.options()).get();
        }
        var world = WorldOptions.defaults()
                .withProfile(annotation.profile())
                .withLimits(annotation.limits().limits())
                .withWebhookTargets(annotation.webhookTargets());
        var options = EmulatorOptions.defaults().withWorld(world).withSeed(annotation.seed());
        return annotation.virtualClock() ? options.withClock(new VirtualClock(START)) : options;
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw explain(context, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw explain(context, failure);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw explain(context, failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw explain(context, failure);
    }

    @Override
    public void handleAfterAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw explain(context, failure);
    }

    /** The emulators of a context and of those around it. */
    private static List<Telegram> startedAround(ExtensionContext context) {
        var all = new ArrayList<Telegram>();
        for (ExtensionContext at = context; at != null; at = at.getParent().orElse(null)) all.addAll(Started.in(at));
        return all;
    }

    /** Attaches what happened; the failure stays what it is, so that whoever reads its type and values still can. */
    private static Throwable explain(ExtensionContext context, Throwable failure) {
        if (failure instanceof TestAbortedException) return failure;
        var told = new StringBuilder();
        for (var telegram : startedAround(context)) {
            var before = context.getStore(NAMESPACE).get(new Before(telegram), Telegram.Mark.class);
            told.append(telegram.transcript(before == null ? Telegram.Mark.BEGIN : before));
        }
        if (told.isEmpty()) return failure;
        context.publishReportEntry("telegram", told.toString());
        if (!(failure instanceof NotSeen)) failure.addSuppressed(new WhatHappened(told.toString()));
        return failure;
    }

    /** Carries the transcript along with another failure. */
    private static final class WhatHappened extends RuntimeException {
        WhatHappened(String transcript) {
            super("what happened on the emulator:\n\n" + transcript, null, false, false);
        }
    }
}
