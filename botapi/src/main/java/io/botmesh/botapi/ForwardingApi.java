package io.botmesh.botapi;

import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Stands in front of another client and hands everything on to it: for one that changes a part of that, such as when a call
 * goes out, or who is told of it.
 */
public abstract class ForwardingApi implements Api {
    private final Api api;

    protected ForwardingApi(Api api) {
        this.api = Objects.requireNonNull(api, "api");
    }

    /** The one behind this. */
    protected final Api behind() {
        return api;
    }

    @Override
    public BotToken token() {
        return api.token();
    }

    @Override
    public <R> R call(ApiCall<R> call) throws InterruptedException {
        return api.call(call);
    }

    @Override
    public <R> R call(ApiCall<R> call, Duration deadline) throws InterruptedException {
        return api.call(call, deadline);
    }

    @Override
    public List<RawUpdate> getUpdates(GetUpdates call) throws InterruptedException {
        return api.getUpdates(call);
    }

    @Override
    public List<RawUpdate> getUpdates(GetUpdates call, Duration deadline) throws InterruptedException {
        return api.getUpdates(call, deadline);
    }

    @Override
    public long download(String filePath, long limitBytes, Duration deadline, OutputStream out)
            throws InterruptedException {
        return api.download(filePath, limitBytes, deadline, out);
    }

    @Override
    public FilePart open(String filePath, long from, Duration deadline) throws InterruptedException {
        return api.open(filePath, from, deadline);
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + api + "]";
    }
}
