package io.botmesh.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** Meters as Prometheus reads them. Whoever serves them does so under {@code /metrics}. */
public final class Prometheus implements AutoCloseable {
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** Without any meter yet. */
    public Prometheus() {}

    /** Where {@link RunnerMeters} and any other meters go. */
    public MeterRegistry registry() {
        return registry;
    }

    /** All meters as they are now, of type {@link #CONTENT_TYPE}. */
    public String text() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }
}
