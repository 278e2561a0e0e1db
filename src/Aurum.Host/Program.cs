using System.Collections;
using Aurum.Host;
using Aurum.Host.Commands;
using Aurum.Host.Engine;
using Aurum.Host.Output;
using Aurum.Providers;
using Aurum.Storage.Postgres;
using Aurum.Storage.Sqlite;

NativeHeap.GiveBackWhatIsFreed();

var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
    .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);

AppDomain.CurrentDomain.UnhandledException += (_, failure) =>
{
    // On a thread of its own: nobody else will catch it, and the runtime's way is a screenful of trace.
    LastResort.Report((Exception)failure.ExceptionObject, environment, ProviderCatalog.All, Console.Error);
    Environment.Exit(ExitCodes.Bug);
};

Func<ICollectionEngine> engine = () => new CollectionEngine(environment, Console.Error, TimeProvider.System);
Func<string, CancellationToken, Task<Stores>> openStores = async (directory, _) =>
{
    var database = await SqliteDatabase.OpenReadOnlyAsync(Path.Combine(directory, Stores.FileName));
    return new Stores(new SqliteObservationStore(database), new SqliteCatalogStore(database), new SqliteStatusStore(database), new SqlitePipelineStore(database), new SqliteRhythmStore(database), database);
};
Func<PostgresDsn, Task<Stores>> openDatabase = async dsn =>
{
    var database = await PostgresDatabase.OpenReadOnlyAsync(dsn);
    return new Stores(new PostgresObservationStore(database), new PostgresCatalogStore(database), new PostgresStatusStore(database), new PostgresPipelineStore(database), new PostgresRhythmStore(database), database);
};

return await AurumCommand.RunAsync(args, new Surroundings(
    ProviderCatalog.All,
    environment,
    Directory.GetCurrentDirectory(),
    AppContext.BaseDirectory,
    new StandardOutput(),
    Console.Error,
    engine,
    openStores,
    openDatabase,
    () => new Deployment(TimeProvider.System))
{
    Input = Console.In,
    Keys = Console.IsInputRedirected || Console.IsOutputRedirected ? null : () => Console.ReadKey(intercept: true),
});
