using System.Diagnostics;
using Aurum.Testing.Network;
using Npgsql;

namespace Aurum.Testing.Postgres;

/// <summary>
/// A PostgreSQL server of the tests' own: real binaries, data in a temporary folder, a free port of this machine. It ends with the
/// process that started it, however that ends.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>A password with every character that a URL, a connection string or SQL gives a meaning to.</summary>
    public const string Password = "p@ss:w/o?r#d %41&='\";\\,ü";

    public const string User = "aurum";

    // A shell starts the server and waits for standard input to end, which it does when the tests' process is gone.
    private const string Watchdog = """
        exec 3<&0
        "$1/postgres" -D "$2/data" -p "$3" >>"$2/server.log" 2>&1 </dev/null &
        server=$!
        ( while read -r line <&3; do :; done; : >"$2/abandoned"; kill -QUIT $server ) 2>/dev/null &
        watching=$!
        exec 3<&-
        wait $server
        kill $watching 2>/dev/null
        if [ -e "$2/abandoned" ]; then rm -rf "$2"; fi
        exit 0
        """;

    private static readonly Lazy<Task<PostgresServer>> OfThisProcess = new(() => StartNewAsync());

    private readonly string _binaries;
    private readonly string _folder;
    private Process? _shell;
    private int _databases;

    private PostgresServer(string binaries, string folder, int port)
    {
        _binaries = binaries;
        _folder = folder;
        Port = port;
    }

    /// <summary>The same after a restart.</summary>
    public int Port { get; }

    /// <summary>What the server wrote of itself.</summary>
    public string Log => File.ReadAllText(Path.Combine(_folder, "server.log"));

    /// <summary>Why there can be no server; null when there can.</summary>
    public static string? Missing => FindBinaries() is null
        ? "There is no PostgreSQL: neither /usr/lib/postgresql/*/bin nor the PATH has initdb and postgres. On Debian: apt-get install postgresql."
        : null;

    /// <summary>One server for all tests of a process; nobody stops it.</summary>
    public static Task<PostgresServer> SharedAsync() => OfThisProcess.Value;

    /// <summary>A server that a test may stop and start.</summary>
    public static async Task<PostgresServer> StartNewAsync(params string[] settings)
    {
        var binaries = FindBinaries() ?? throw new InvalidOperationException(Missing);
        var folder = (await RunAsync("mktemp", "-d", "/tmp/aurum-postgres-XXXXXX")).Trim();
        var passwordFile = Path.Combine(folder, "password");
        await RunAsync("sh", "-c", "umask 077; printf '%s\\n' \"$1\" >\"$2\"", "sh", Password, passwordFile);
        await RunAsync(
            Path.Combine(binaries, "initdb"), "-D", Path.Combine(folder, "data"), "-U", User, "--pwfile", passwordFile, "--auth=scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync");
        var server = new PostgresServer(binaries, folder, FreePorts.FindOne());
        await server.ConfigureAsync(settings);
        await server.StartAsync();
        return server;
    }

    /// <summary>The URL of a database on this server; the password is in it.</summary>
    public string Dsn(string database, string? password = Password, int? port = null) =>
        $"postgresql://{User}:{Uri.EscapeDataString(password ?? "")}@127.0.0.1:{port ?? Port}/{Uri.EscapeDataString(database)}";

    /// <summary>A fresh database; gives its URL.</summary>
    /// <param name="template">A database to copy, to which nobody may be connected; null for an empty one.</param>
    public async Task<string> CreateDatabaseAsync(string? template = null)
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync("postgres", $"CREATE DATABASE {name} TEMPLATE {template ?? "template0"}");
        return Dsn(name);
    }

    /// <summary>Throws out everybody who is connected to the database.</summary>
    public Task DisconnectAllAsync(string database) => ExecuteAsync(
        "postgres", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}' AND pid <> pg_backend_pid()");

    /// <summary>Runs SQL as the tests' superuser, as a person with psql would.</summary>
    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = Connection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first value of the first row.</summary>
    public async Task<object?> ScalarAsync(string database, string sql)
    {
        await using var connection = Connection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Starts the stopped server on its old port and data, and returns when it takes connections.</summary>
    public async Task StartAsync()
    {
        if (_shell is not null)
        {
            throw new InvalidOperationException("The server runs.");
        }

        var start = AsServerUser("sh", "-c", Watchdog, "sh", _binaries, _folder, Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        start.RedirectStandardInput = true;
        _shell = Process.Start(start) ?? throw new InvalidOperationException("sh did not start.");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await IsReadyAsync(patience.Token))
        {
            if (_shell.HasExited || patience.IsCancellationRequested)
            {
                throw new InvalidOperationException($"PostgreSQL did not start:\n{Log}");
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <summary>Stops the server: open transactions are rolled back (fast), or it ends as in a crash and recovers at the next start (immediate).</summary>
    public async Task StopAsync(bool immediate = false)
    {
        if (_shell is null)
        {
            return;
        }

        await RunAsync(Path.Combine(_binaries, "pg_ctl"), "-D", Path.Combine(_folder, "data"), "-m", immediate ? "immediate" : "fast", "-w", "stop");
        await _shell.WaitForExitAsync();
        _shell.Dispose();
        _shell = null;
    }

    public async Task RestartAsync(bool immediate = false)
    {
        await StopAsync(immediate);
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(immediate: true);
        await RunAsync("rm", "-rf", _folder);
    }

    private static string? FindBinaries()
    {
        const string Debian = "/usr/lib/postgresql";
        var folders = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0).Select(folder => Path.Combine(folder, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return folders.Concat(path).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }

    /// <summary>PostgreSQL refuses to run as root: then everything of it runs as the user that its package made.</summary>
    private static ProcessStartInfo AsServerUser(params string[] command)
    {
        var all = Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", .. command] : command;
        return new ProcessStartInfo(all[0], all[1..]) { WorkingDirectory = "/tmp", UseShellExecute = false };
    }

    private static async Task<string> RunAsync(params string[] command)
    {
        var start = AsServerUser(command);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start.");
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}: {await errors}");
    }

    private async Task ConfigureAsync(string[] settings)
    {
        // Tests crash processes and not the machine: nothing has to reach the disk.
        string[] all =
        [
            "listen_addresses = '127.0.0.1'", $"unix_socket_directories = '{_folder}'", "fsync = off", "full_page_writes = off", "shared_buffers = 128MB",
            "max_wal_size = 2GB", "autovacuum = off", "max_connections = 200", "log_min_messages = warning", "timezone = 'Asia/Kathmandu'", .. settings,
        ];
        await RunAsync("sh", "-c", "printf '%s\\n' \"$1\" >>\"$2\"", "sh", string.Join('\n', all), Path.Combine(_folder, "data", "postgresql.conf"));
    }

    private NpgsqlConnection Connection(string database) => new(new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = User,
        Password = Password,
        Database = database,
        Pooling = false,
        Timeout = 15,
    }.ConnectionString);

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = Connection("postgres");
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException)
        {
            return false;
        }
    }
}
