package io.botmesh.bot;

import io.botmesh.botapi.Api;
import io.botmesh.botapi.ApiCall;
import io.botmesh.botapi.ForwardingApi;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A client that notes answers to a callback query, whichever way the handler makes them. */
final class ObservedApi extends ForwardingApi {
    private final Function<ApiCall<?>, @Nullable CallbackAnswer> query;

    /** @param query what is known of the query that a call answers, or null if it answers none that matters here */
    ObservedApi(Api api, Function<ApiCall<?>, @Nullable CallbackAnswer> query) {
        super(api);
        this.query = query;
    }

    @Override
    public Api broadcast() {
        return new ObservedApi(behind().broadcast(), query);
    }

    @Override
    public <R> R call(ApiCall<R> call) throws InterruptedException {
        return noted(call, () -> super.call(call));
    }

    @Override
    public <R> R call(ApiCall<R> call, Duration deadline) throws InterruptedException {
        return noted(call, () -> super.call(call, deadline));
    }

    private <R> R noted(ApiCall<R> call, CallbackAnswer.Call<R> made) throws InterruptedException {
        CallbackAnswer now = query.apply(call);
        return now == null ? made.run() : now.byHandler(made);
    }
}
