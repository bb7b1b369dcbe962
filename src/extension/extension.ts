import * as vscode from 'vscode';
import { type CommandHandlers, registerCommands } from './commands';
import { completedSchemes, isCompleted } from './completions/documents';
import { Edits } from './completions/edits';
import { OnScreen } from './completions/onScreen';
import { Priming } from './completions/priming';
import { CompletionProvider } from './completions/provider';
import { toggleCompletions, toggleCompletionsForLanguage } from './completions/toggle';
import { hintAtInlineSuggest } from './hints';
import { createLog } from './log';
import { Inference } from './models/inference';
import { chooseModel, deleteModel, exportModel } from './models/modelCommands';
import { ModelStore } from './models/modelStore';
import { Processes } from './models/processes';
import { Overview } from './overview';
import { Problems } from './problems';
import { Settings } from './settings';
import { Statistics, showStatistics } from './statistics';
import { StatusBar } from './statusBar';
import { HeatMap } from './surprise/heatMap';
import { showSurprisingPlaces } from './surprise/surprisingPlaces';
import { setTemperature } from './temperature';
import { keepTraining } from './training/keepTraining';
import { MarkerStore } from './training/marker';
import { PreviewDocument } from './training/previewDocument';
import { type SetUpRequest, setUpTensorFlow } from './training/setUpTensorFlow';
import { Training } from './training/training';
import { Dashboard } from './views/dashboard/dashboard';
import { Inspector } from './views/inspector/inspector';
import { continueHere } from './writing/continueHere';
import { generateFakeFile } from './writing/generateFile';

/** What {@link activate} returns: for tests and benchmarks. */
export interface ExtensionApi {
  readonly provider: vscode.InlineCompletionItemProvider;
  readonly training: Training;
  readonly inference: Inference;
  readonly models: ModelStore;
  readonly statistics: Statistics;
  readonly statusBar: StatusBar;
  readonly settings: Settings;
  readonly problems: Problems;
}

/** Ends the processes, which deactivation waits for. */
let shutDown: () => Promise<unknown> = async () => {};

export async function activate(context: vscode.ExtensionContext): Promise<ExtensionApi> {
  const { subscriptions, workspaceState, globalState, extensionUri } = context;
  const log = createLog();
  const problems = new Problems(log);
  const settings = new Settings(problems);
  const statistics = new Statistics(globalState);
  const statusBar = new StatusBar();
  const models = new ModelStore(context);
  const processes = new Processes(context, settings, problems, log);
  const inference = new Inference(processes, models, problems);
  const markers = new MarkerStore(workspaceState);
  const previewDocument = new PreviewDocument();
  const training = new Training({ settings, processes, models, markers, problems, previewDocument, log });
  const overview = new Overview({ statusBar, inference, training, models, settings });
  const heatMap = new HeatMap(inference, problems);
  const inspector = new Inspector(context.extensionUri, inference, settings, problems);
  const dashboard = new Dashboard({ extensionUri, training, models, processes, settings, problems });
  const edits = new Edits();
  const onScreen = new OnScreen(statistics, edits);
  const provider = new CompletionProvider(inference, settings, edits, onScreen, problems);
  shutDown = () => Promise.all([training.dispose(), inference.dispose(), statistics.dispose()]);

  const handlers: CommandHandlers = {
    trainOnWorkspace: (...[plan]: Parameters<Training['train']>) => training.train(plan),
    stopTraining: () => training.stop(),
    resumeTraining: () => training.resume(),
    keepTraining: (...[folder, minutes]: [string?, number?]) =>
      keepTraining({ training, models, settings }, folder, minutes),
    showDashboard: () => dashboard.show(),
    generateFakeFile: (...[request]: GenerateParameters) => generateFakeFile({ inference, models, settings }, request),
    continueHere: (...[request]: ContinueParameters) => continueHere(inference, settings, request),
    showPredictions: () => inspector.show('guesses'),
    showNeurons: () => inspector.show('neurons'),
    toggleSurprise: () => heatMap.toggle(),
    showSurprisingPlaces: () => showSurprisingPlaces(heatMap),
    setTemperature: (temperature?: number) => setTemperature(settings, temperature),
    chooseModel: (path?: string) => chooseModel(models, inference, path),
    exportModel: (out?: string) => exportModel(models, inference, out),
    deleteModel: (options?: { confirmed: boolean }) => deleteModel(models, options),
    toggleCompletions: () => toggleCompletions(settings),
    toggleCompletionsForLanguage: () => toggleCompletionsForLanguage(settings),
    setUpTensorFlow: (request?: SetUpRequest) => setUpTensorFlow(processes, settings, log, request),
    showStatistics: () => showStatistics(statistics),
    showLog: () => log.show(),
    showMenu: () => overview.showMenu(),
  };
  subscriptions.push(log, settings, statusBar, models, overview, dashboard, edits, onScreen, previewDocument);
  subscriptions.push(new Priming(inference), heatMap, inspector, registerCommands(handlers, problems));
  subscriptions.push(
    vscode.languages.registerInlineCompletionItemProvider(
      completedSchemes.map((scheme) => ({ scheme })),
      provider,
    ),
  );
  // What was wrong may be a setting, such as that of Node.
  subscriptions.push(settings.onDidChange(() => inference.problem !== null && void inference.restart()));
  subscriptions.push(
    models.onDidChange((model) => model?.pretrained === null && void hintAtInlineSuggest(globalState)),
  );
  const followEditor = () => {
    const document = vscode.window.activeTextEditor?.document;
    // What is being made or looked at stays with the model that it is of.
    const isNeeded = inference.busy || inspector.isOpen || heatMap.isOn;
    if (document !== undefined && isCompleted(document) && !isNeeded) models.fitTo(document);
  };
  subscriptions.push(vscode.window.onDidChangeActiveTextEditor(followEditor), inference.onDidChange(followEditor));
  await models.refresh();
  followEditor();
  const recover = () => void training.recover().catch((error: unknown) => problems.tell(error));
  subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(recover));
  recover();
  return { provider, training, inference, models, statistics, statusBar, settings, problems };
}

export function deactivate(): Promise<unknown> {
  return shutDown();
}

type GenerateParameters = [request?: Parameters<typeof generateFakeFile>[1]];
type ContinueParameters = [request?: Parameters<typeof continueHere>[2]];
