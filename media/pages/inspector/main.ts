import '../shared/base.css';
import './inspector.css';
import type { FromInspector, ToInspector } from '../../../src/extension/views/inspector/messages';
import { openPage } from '../shared/page';
import { Inspector, type InspectorState, initialState } from './inspector';

const page = openPage<ToInspector, FromInspector, InspectorState>(initialState, (message) =>
  inspector.receive(message),
);
const inspector = new Inspector(page);
if (page.state.uri !== null) page.send({ type: 'restore', uri: page.state.uri });
