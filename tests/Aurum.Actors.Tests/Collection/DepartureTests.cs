using System.Net;
using System.Net.Sockets;
using System.Text;
using Aurum.Domain;
using Aurum.Providers;
using Aurum.Providers.Http;

namespace Aurum.Actors.Tests.Collection;

/// <summary>What leaves on a real connection, and what does not: one permit is one departure, and none after it has expired.</summary>
public sealed class DepartureTests : IDisposable
{
    private static readonly FakeFetch Question = new(FetchKind.Facts, [], "facts");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HttpClient _http = ProviderClient.CreateHttpClient();
    private readonly ScriptedClock _clock = new();
    private readonly ProviderClient _client;

    public DepartureTests()
    {
        _listener.Start();
        var runtime = Sample.Runtime();
        var access = new ProviderAccess(new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/"), null);
        _client = new ProviderClient(_http, runtime.Provider, access, runtime.Settings.Http, new NoPages(), _clock);
    }

    public void Dispose()
    {
        _http.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public async Task What_is_frozen_between_the_check_and_the_connection_sends_nothing_after_its_permit()
    {
        _clock.JumpAfter(looks: 3, TimeSpan.FromMinutes(1));
        var sent = _client.SendAsync(Question, null, _clock.GetUtcNow().AddSeconds(2), CancellationToken.None);
        using var connection = await _listener.AcceptTcpClientAsync();
        Assert.IsType<NotSent>(await sent);
        Assert.Equal(0, await connection.GetStream().ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task An_expired_permit_makes_no_connection()
    {
        Assert.IsType<NotSent>(await _client.SendAsync(Question, null, _clock.GetUtcNow(), CancellationToken.None));
        Assert.False(_listener.Pending());
    }

    [Fact]
    public async Task A_connection_that_closes_without_an_answer_is_a_failure_and_not_a_second_request_on_the_same_permit()
    {
        var requests = 0;
        var served = Task.Run(async () =>
        {
            while (true)
            {
                using var connection = await _listener.AcceptTcpClientAsync();
                for (var ofConnection = 1; await ReadRequestAsync(connection.GetStream()); ofConnection++)
                {
                    requests++;
                    if (ofConnection == 2)
                    {
                        break;
                    }

                    await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray());
                }
            }
        });
        Assert.IsType<Page>(await SendAsync());
        var failure = Assert.IsType<FetchFailed>(await SendAsync()).Failure;
        Assert.Equal(FailureKind.Transient, failure.Kind);
        Assert.Equal(2, requests);
        Assert.IsType<Page>(await SendAsync());
        Assert.False(served.IsCompleted);
    }

    private Task<FetchResult> SendAsync() => _client.SendAsync(Question, null, DateTimeOffset.MaxValue, CancellationToken.None);

    private static async Task<bool> ReadRequestAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[1024];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer);
            if (read == 0)
            {
                return false;
            }

            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return true;
    }

    private sealed class NoPages : IMalformedPages
    {
        public string? Keep(string provider, string address, int status, ReadOnlyMemory<byte> body) => null;
    }

    /// <summary>Time stands still and then jumps between two looks at the clock, as it does for a process that was frozen.</summary>
    private sealed class ScriptedClock : TimeProvider
    {
        private DateTimeOffset _now = Sample.Now;
        private int _looks = int.MaxValue;
        private TimeSpan _jump;

        public void JumpAfter(int looks, TimeSpan jump) => (_looks, _jump) = (looks, jump);

        public override DateTimeOffset GetUtcNow()
        {
            if (_looks-- == 0)
            {
                _now += _jump;
            }

            return _now;
        }
    }
}
