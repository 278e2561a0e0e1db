using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Aurum.Testing.Network;

/// <summary>Stands between a client and a server of this machine and can spoil what passes.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly Socket _listening;
    private readonly IPEndPoint _target;
    private readonly IPAddress _source;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly List<Pair> _pairs = [];
    private readonly Task _accepting;
    private volatile bool _refuse;
    private volatile TaskCompletionSource? _silence;
    private volatile byte[]? _swallowAfter;
    private TaskCompletionSource _swallowed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TcpProxy(int target)
        : this(target, ListenOnFreePort(), IPAddress.Any)
    {
    }

    /// <param name="listening">Where clients connect, which may be in another network namespace.</param>
    /// <param name="source">The address of this machine from which the server sees them come.</param>
    public TcpProxy(int target, Socket listening, IPAddress source)
    {
        _target = new IPEndPoint(IPAddress.Loopback, target);
        _listening = listening;
        _source = source;
        Port = ((IPEndPoint)_listening.LocalEndPoint!).Port;
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port { get; }

    /// <summary>New connections are closed at once while it is set.</summary>
    public bool Refuse
    {
        get => _refuse;
        set => _refuse = value;
    }

    /// <summary>
    /// While it is set nothing passes and nobody is told, as when packets are dropped: connections stay, new ones seem to be made, and what was
    /// said meanwhile arrives when it is over.
    /// </summary>
    public bool Silent
    {
        get => _silence is not null;
        set
        {
            lock (_gate)
            {
                _silence?.TrySetResult();
                _silence = value ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
            }
        }
    }

    /// <summary>Ends all connections now.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _pairs.ForEach(pair => pair.Close());
            _pairs.Clear();
        }
    }

    /// <summary>
    /// From the client's next message with this text (ASCII; <c>COMMIT\0</c> is PostgreSQL's statement and nothing else) on, the server hears everything on that connection and the client hears nothing;
    /// the connection ends when the server has answered. For one connection.
    /// </summary>
    /// <returns>Ends when an answer was swallowed.</returns>
    public Task SwallowAnswerTo(string text)
    {
        _swallowed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _swallowAfter = Encoding.ASCII.GetBytes(text);
        return _swallowed.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listening.Dispose();
        Silent = false;
        Cut();
        await _accepting;
        _end.Dispose();
    }

    private static Socket ListenOnFreePort()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listening.AcceptAsync(_end.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            if (_refuse)
            {
                client.Dispose();
                continue;
            }

            _ = ForwardAsync(client);
        }
    }

    private async Task ForwardAsync(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        var pair = new Pair(client, server);
        try
        {
            server.Bind(new IPEndPoint(_source, 0));
            await server.ConnectAsync(_target);
            lock (_gate)
            {
                _pairs.Add(pair);
            }

            await Task.WhenAny(ToServerAsync(pair), ToClientAsync(pair));
        }
        catch (SocketException)
        {
            // No server: the client finds its connection closed.
        }
        finally
        {
            pair.Close();
            lock (_gate)
            {
                _pairs.Remove(pair);
            }
        }
    }

    private async Task ToServerAsync(Pair pair)
    {
        var buffer = new byte[65_536];
        while (await ReceiveAsync(pair.Client, buffer) is var count and > 0)
        {
            if (_swallowAfter is { } text && buffer.AsSpan(0, count).IndexOf(text) >= 0)
            {
                _swallowAfter = null;
                pair.IsSwallowing = true;
            }

            await SilenceAsync();
            await SendAsync(pair.Server, buffer.AsMemory(0, count));
        }
    }

    private async Task ToClientAsync(Pair pair)
    {
        var buffer = new byte[65_536];
        while (await ReceiveAsync(pair.Server, buffer) is var count and > 0)
        {
            if (pair.IsSwallowing)
            {
                _swallowed.TrySetResult();
                return;
            }

            await SilenceAsync();
            await SendAsync(pair.Client, buffer.AsMemory(0, count));
        }
    }

    private Task SilenceAsync() => _silence?.Task ?? Task.CompletedTask;

    private static async Task<int> ReceiveAsync(Socket socket, byte[] buffer)
    {
        try
        {
            return await socket.ReceiveAsync(buffer);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[await socket.SendAsync(bytes)..];
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The other direction sees it too and ends.
        }
    }

    private sealed class Pair(Socket client, Socket server)
    {
        private volatile bool _swallowing;

        public Socket Client => client;

        public Socket Server => server;

        public bool IsSwallowing
        {
            get => _swallowing;
            set => _swallowing = value;
        }

        public void Close()
        {
            client.Dispose();
            server.Dispose();
        }
    }
}
