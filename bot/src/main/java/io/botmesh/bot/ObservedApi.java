package io.botmesh.bot;

import io.botmesh.botapi.Api;
import io.botmesh.botapi.ApiCall;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.FilePart;
import io.botmesh.botapi.GetUpdates;
import io.botmesh.botapi.RawUpdate;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client that notes answers to a callback query, whichever way the handler makes them.
 *
 * @param query what is known of the answer to it, or null while there is none to answer
 */
record ObservedApi(Api api, Supplier<@Nullable CallbackAnswer> query) implements Api {
    @Override
    public BotToken token() {
        return api.token();
    }

    @Override
    public <R> R call(ApiCall<R> call) throws InterruptedException {
        return noted(call, () -> api.call(call));
    }

    @Override
    public <R> R call(ApiCall<R> call, Duration deadline) throws InterruptedException {
        return noted(call, () -> api.call(call, deadline));
    }

    private <R> R noted(ApiCall<R> call, CallbackAnswer.Call<R> made) throws InterruptedException {
        CallbackAnswer now = CallbackAnswer.isAnswer(call) ? query.get() : null;
        return now == null ? made.run() : now.byHandler(made);
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
}
