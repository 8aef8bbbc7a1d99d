package io.botmesh.runner;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Passes every event on to several listeners. By reflection, so that an event which is added later cannot be left out. */
final class ToAll<U> implements InvocationHandler {
    private final List<RunnerListener<U>> listeners;

    private ToAll(List<RunnerListener<U>> listeners) {
        this.listeners = listeners;
    }

    @SuppressWarnings("unchecked") // it implements just this
    static <U> RunnerListener<U> of(List<RunnerListener<U>> listeners) {
        return (RunnerListener<U>) Proxy.newProxyInstance(
                RunnerListener.class.getClassLoader(),
                new Class<?>[] {RunnerListener.class},
                new ToAll<>(List.copyOf(listeners)));
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // equals itself
    public @Nullable Object invoke(Object proxy, Method event, Object @Nullable [] arguments) throws Throwable {
        if (event.getName().equals("equals")) return arguments != null && proxy == arguments[0];
        if (event.getDeclaringClass() == Object.class) return event.invoke(this, arguments);
        for (var listener : listeners) {
            try {
                event.invoke(listener, arguments);
            } catch (InvocationTargetException itsOwnAffair) {
                // A listener watches; it decides nothing.
            }
        }
        return null;
    }
}
